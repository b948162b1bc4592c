/**
 * `record-writer NAME small|large ORDER`: a master that updates a record whose two doubles sum to zero, at full speed, until
 * its stdin ends; prints how many messages that were.
 */
import { setImmediate } from 'node:timers/promises';
import { Eshm, type Order } from '../../lib/index.js';
import { RECORDS } from './record-kinds.js';

const [name = '', size = '', order = ''] = process.argv.slice(2);
const endpoint = Eshm.open(name, {
  role: 'master',
  order: order as Order,
  staleThresholdMs: 10_000,
  record: { out: RECORDS[size as keyof typeof RECORDS] },
});
console.log('open');
let isEnough = false;
process.stdin.on('end', () => (isEnough = true)).resume();
let number = 0;
const fill = (record: { first: number; last: number }) => {
  record.first = number;
  record.last = -number;
};
do {
  // A turn of the event loop is dear beside an update.
  for (let i = 0; i < 4096; i++) {
    number++;
    endpoint.update(fill);
  }
  await setImmediate();
} while (!isEnough);
console.log(`wrote ${number} records`);
endpoint.close();
