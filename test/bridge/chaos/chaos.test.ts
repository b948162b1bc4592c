import assert from 'node:assert/strict';
import { type Peers, requirePeers } from '../../peers/build.js';
import { needsBridge } from '../pair.js';
import { failuresOf, format } from './report.js';
import { runBridgeChaos } from './runner.js';

/** `npm run chaos:bridge -- --seconds 120` is the long run. */
const SECONDS = 10;
const SEED = 20261125;

describe('chaos:bridge', () => {
  let peers: Peers;

  before(async function () {
    needsBridge(this);
    peers = await requirePeers(this, ['c++', 'python']);
  });

  it('faults of bridges, servers, links and peers from a fixed seed: nothing torn, repeated, untrue, hung or crashed', async () => {
    const report = await runBridgeChaos(peers, { seconds: SECONDS, seed: SEED });
    assert.ok(report.incidents.length > 2, format(report));
    assert.ok(report.heard > 100, format(report));
    assert.ok(report.told > 20, format(report));
    // No time is judged here: `npm run chaos:bridge` does, on a machine of its own.
    const untimed = {
      ...report,
      incidents: report.incidents.filter(({ recoveryMs }) => recoveryMs === undefined),
    };
    assert.equal(failuresOf(untimed), 0, format(report));
  });
});
