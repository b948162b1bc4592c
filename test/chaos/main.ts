/** `npm run chaos -- [--seconds N] [--seed N] [--faults KIND,KIND] [--json] [--verbose]` */
import { buildPeers } from '../peers/build.js';
import { runHarness } from '../support/harness.js';
import { chaosArguments } from './arguments.js';
import { FAULTS } from './faults.js';
import { failuresOf, format, rowsOf } from './report.js';
import { runChaos } from './runner.js';

const { json, ...asked } = chaosArguments('chaos', FAULTS);

async function main(stop: AbortSignal): Promise<number> {
  const report = await runChaos(await buildPeers(), { ...asked, stop });
  console.log(
    json
      ? JSON.stringify({ ...report, table: rowsOf(report.incidents), failed: failuresOf(report) })
      : format(report),
  );
  return failuresOf(report) > 0 ? 1 : 0;
}

await runHarness({ name: 'chaos', act: main });
