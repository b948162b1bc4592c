import assert from 'node:assert/strict';
import { uniqueName } from '../peers/helpers.js';
import { size } from '../support/sizes.js';
import { growthOf, soak } from './run.js';

describe('soak', () => {
  it('openings, closings and reconnections leave nothing behind and hold no more at the end', async () => {
    // Reconnections take 55 ms each; `npm run soak` makes 500 of them.
    const { openings, reconnects } = size({
      short: { openings: 1000, reconnects: 20 },
      long: { openings: 10_000, reconnects: 100 },
    });
    const report = await soak(openings, reconnects, uniqueName('soak'));
    assert.deepEqual(growthOf(report), []);
    assert.equal(report.after.attachments, 0);
    assert.equal(report.after.segments, 0);
  });
});
