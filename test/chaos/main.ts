/** `npm run chaos -- [--seconds N] [--seed N] [--faults KIND,KIND] [--pairings MASTER-SLAVE,...] [--shm KIND] [--json] [--verbose]` */
import { buildPeers, defaultShmKind } from '../peers/build.js';
import { runHarness } from '../support/harness.js';
import { chaosArguments } from './arguments.js';
import { FAULTS } from './faults.js';
import { failuresOf, format, rowsOf } from './report.js';
import { JUDGED, runChaos } from './runner.js';

const nameOf = (pairing: readonly string[]) => pairing.join('-');
const { json, pairings: names, shm, ...asked } = chaosArguments('chaos', FAULTS, JUDGED.map(nameOf));
const pairings = JUDGED.filter((pairing) => names.includes(nameOf(pairing)));

async function main(stop: AbortSignal): Promise<number> {
  // Those that are not judged go along with all of the others only.
  const chosen = pairings.length < JUDGED.length ? { pairings } : {};
  const report = await runChaos(await buildPeers({ shm: shm ?? (await defaultShmKind()) }), {
    ...asked,
    ...chosen,
    stop,
  });
  console.log(
    json
      ? JSON.stringify({ ...report, table: rowsOf(report.incidents), failed: failuresOf(report) })
      : format(report),
  );
  return failuresOf(report) > 0 ? 1 : 0;
}

await runHarness({ name: 'chaos', act: main });
