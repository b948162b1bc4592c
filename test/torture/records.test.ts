import assert from 'node:assert/strict';
import { buildPeers } from '../peers/build.js';
import { cleanUp, uniqueName } from '../peers/helpers.js';
import { needsCommand } from '../support/needs.js';
import { size } from '../support/sizes.js';
import { RECORD_CASES, tortureRecords, withCppWriter } from './records.js';

/** Seconds for each case; `npm run torture:records` does it for longer. */
const SECONDS = size({ short: 0.08, long: 0.5 });

describe('Torture with records', () => {
  afterEach(cleanUp);

  it('two doubles sum to zero in every view and every snapshot, whoever writes', async function () {
    needsCommand(this, 'g++', 'g++');
    await withCppWriter(await buildPeers(), async (program) => {
      // A reader of large records may starve for good reasons: its copy takes longer than the writer's pause.
      const seen = { views: 0, snapshots: 0 };
      for (const one of RECORD_CASES) {
        const { written, views, snapshots, torn, backward } = await tortureRecords(
          program,
          one,
          SECONDS,
          uniqueName('torture-records'),
        );
        const what = JSON.stringify({ ...one, written, views, snapshots });
        assert.ok(written > 0, what);
        seen.views += views;
        seen.snapshots += snapshots;
        assert.deepEqual({ torn, backward }, { torn: 0, backward: 0 }, what);
      }
      assert.ok(seen.views > 0 && seen.snapshots > 0, JSON.stringify(seen));
    });
  });
});
