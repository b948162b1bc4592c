/**
 * `record-writer NAME SECONDS small|large ORDER`: a master that updates a record whose two doubles sum to zero, at full
 * speed; prints how many messages that were.
 */
import { Eshm, type Order } from '../../lib/index.js';
import { RECORDS } from './record-kinds.js';

const [name = '', seconds = '', size = '', order = ''] = process.argv.slice(2);
const endpoint = Eshm.open(name, {
  role: 'master',
  order: order as Order,
  staleThresholdMs: 10_000,
  record: { out: RECORDS[size as keyof typeof RECORDS] },
});
console.log('open');
const endMs = performance.now() + Number(seconds) * 1000;
let number = 0;
const fill = (record: { first: number; last: number }) => {
  record.first = number;
  record.last = -number;
};
do {
  // The clock is dear beside an update.
  for (let i = 0; i < 64; i++) {
    number++;
    endpoint.update(fill);
  }
} while (performance.now() < endMs);
console.log(`wrote ${number} records`);
endpoint.close();
