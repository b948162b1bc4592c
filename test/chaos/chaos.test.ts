import assert from 'node:assert/strict';
import { type Peers, requirePeers } from '../peers/build.js';
import { SHM_KINDS, USUAL_KINDS } from '../peers/shm-kind.js';
import { size } from '../support/sizes.js';
import { failuresOf, format } from './report.js';
import { type ChaosReport, runChaos } from './runner.js';

/** For so long, and until so many faults have come about; `npm run chaos -- --seconds 600` is longer still. */
const { seconds, faults: leastFaults } = size({
  short: { seconds: 1, faults: 4 },
  long: { seconds: 6, faults: 12 },
});
const SEED = 20261122;

/** No time is judged here: `npm run chaos` does, on a machine of its own. */
function untimed(report: ChaosReport): ChaosReport {
  return { ...report, incidents: report.incidents.filter(({ recoveryMs }) => recoveryMs === undefined) };
}

for (const shm of size({ short: USUAL_KINDS, long: SHM_KINDS })) {
  describe(`chaos (${shm})`, () => {
    let peers: Peers;

    before(async function () {
      peers = await requirePeers(this, ['c++', 'python'], { shm });
    });

    it('crashes, stops and removals from a fixed seed: nothing torn, hung, crashed or left', async () => {
      const report = await runChaos(peers, {
        seconds,
        leastFaults,
        seed: SEED,
        pairings: [
          ['typescript', 'typescript'],
          ['typescript', 'c++'],
          ['c++', 'typescript'],
          ['python', 'typescript'],
        ],
      });
      assert.ok(report.incidents.length >= leastFaults, format(report));
      assert.equal(failuresOf(untimed(report)), 0, format(report));
    });

    it('writers that stand still in mid-write, from a fixed seed: nothing torn, deaf, hung or left', async () => {
      const report = await runChaos(peers, {
        seconds,
        leastFaults,
        seed: SEED,
        faults: ['stall'],
        pairings: [
          ['typescript', 'typescript'],
          ['c++', 'typescript'],
          ['python', 'typescript'],
        ],
      });
      assert.ok(report.incidents.length >= leastFaults, format(report));
      // A reader that never read again is not timed out of it: it is among the deaf or the hung.
      assert.equal(failuresOf(untimed(report)), 0, format(report));
    });
  });
}
