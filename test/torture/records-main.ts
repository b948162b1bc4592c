/** `npm run torture:records -- [--seconds N]`: N seconds for all pairs together; exit code 1 when anything was torn. */
import { parseArgs } from 'node:util';
import { buildPeers } from '../peers/build.js';
import { RECORD_CASES, type RecordResult, tortureRecords, withCppWriter } from './records.js';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });
const seconds = Number(values.seconds) / RECORD_CASES.length;
if (!(seconds > 0)) {
  console.error(`Cannot run torture: --seconds is '${values.seconds}', expected a number above 0`);
  process.exit(2);
}

const isGood = ({ views, snapshots, torn, backward }: RecordResult) =>
  views > 0 && snapshots > 0 && torn === 0 && backward === 0;

const results = await withCppWriter(await buildPeers(), async (program) => {
  const all: RecordResult[] = [];
  for (const [i, one] of RECORD_CASES.entries()) {
    const result = await tortureRecords(program, one, seconds, `torture-records-${process.pid}-${i}`);
    console.log(`${isGood(result) ? 'ok  ' : 'FAIL'} ${JSON.stringify({ ...one, ...result })}`);
    all.push(result);
  }
  return all;
});
const failed = results.filter((result) => !isGood(result)).length;
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
