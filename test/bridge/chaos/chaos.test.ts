import assert from 'node:assert/strict';
import { type Peers, requirePeers } from '../../peers/build.js';
import { size } from '../../support/sizes.js';
import { needsBridge } from '../pair.js';
import { failuresOf, format } from './report.js';
import { runBridgeChaos } from './runner.js';

/** `npm run chaos:bridge -- --seconds 120` is longer still. */
const SECONDS = size({ short: 3, long: 10 });

/** What must have come about before the time is over, however long that takes. */
const LEAST = { incidents: 3, heard: 100, told: 20 };
const SEED = 20261125;

describe('chaos:bridge', () => {
  let peers: Peers;

  before(async function () {
    needsBridge(this);
    peers = await requirePeers(this, ['c++', 'python']);
  });

  it('faults of bridges, servers, links and peers from a fixed seed: nothing torn, repeated, untrue, hung or crashed', async () => {
    const report = await runBridgeChaos(peers, { seconds: SECONDS, seed: SEED, least: LEAST });
    assert.ok(report.incidents.length >= LEAST.incidents, format(report));
    assert.ok(report.heard >= LEAST.heard, format(report));
    assert.ok(report.told >= LEAST.told, format(report));
    // No time is judged here: `npm run chaos:bridge` does, on a machine of its own.
    const untimed = {
      ...report,
      incidents: report.incidents.filter(({ recoveryMs }) => recoveryMs === undefined),
    };
    assert.equal(failuresOf(untimed), 0, format(report));
  });
});
