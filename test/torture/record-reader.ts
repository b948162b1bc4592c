/**
 * `record-reader NAME SECONDS small|large`: a slave that looks at records by `view` and by snapshots in turn and sums their
 * two doubles; prints a line of JSON with what it saw.
 */
import { Eshm } from '../../lib/index.js';
import { RECORDS } from './record-kinds.js';

const [name = '', seconds = '', size = ''] = process.argv.slice(2);
const endpoint = await Eshm.connect(name, {
  record: { in: RECORDS[size as keyof typeof RECORDS] },
  timeoutMs: 120_000,
});
const result = { views: 0, snapshots: 0, torn: 0, backward: 0 };
let last = 0;
const sums = (record: { first: number; last: number }): [number, number] => [
  record.first,
  record.first + record.last,
];

/** Notes one whole message, which must be whole and later than the one before. */
function note(seen: readonly [number, number] | undefined, how: 'views' | 'snapshots'): void {
  if (seen === undefined) return;
  result[how]++;
  if (seen[1] !== 0) result.torn++;
  if (seen[0] <= last) result.backward++;
  last = seen[0];
}

const endMs = performance.now() + Number(seconds) * 1000;
do {
  for (let i = 0; i < 256; i++) note(endpoint.view(sums), 'views');
  for (let i = 0; i < 64; i++) {
    const record = endpoint.tryRead();
    note(record === undefined ? undefined : sums(record), 'snapshots');
  }
} while (performance.now() < endMs);
console.log(JSON.stringify(result));
endpoint.close();
