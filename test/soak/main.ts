/** `npm run soak -- [--openings N] [--reconnects N]`; 10,000 and 500 by default. */
import { parseArgs } from 'node:util';
import { removeLeftovers, uniqueName } from '../support/channels.js';
import { runHarness } from '../support/harness.js';
import { growthOf, soak } from './run.js';

const { values } = parseArgs({
  options: { openings: { type: 'string', default: '10000' }, reconnects: { type: 'string', default: '500' } },
});

async function main(stop: AbortSignal): Promise<number> {
  const report = await soak(Number(values.openings), Number(values.reconnects), uniqueName('soak'), stop);
  const { before, after, openSeconds, reconnectSeconds } = report;
  console.log(
    `${report.openings} openings in ${openSeconds.toFixed(1)} s, ${report.reconnects} reconnections in ${reconnectSeconds.toFixed(1)} s`,
  );
  for (const what of Object.keys(before) as (keyof typeof before)[]) {
    console.log(`${what.padEnd(12)} ${before[what]} before, ${after[what]} after`);
  }
  const grown = growthOf(report);
  for (const line of grown) console.log(`grew: ${line}`);
  console.log(`${grown.length === 0 ? 1 : 0} passed, ${grown.length} failed`);
  return grown.length > 0 ? 1 : 0;
}

await runHarness({ name: 'soak', act: main, tidyUp: () => void removeLeftovers() });
