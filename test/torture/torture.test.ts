import assert from 'node:assert/strict';
import { type Peers, requirePeers } from '../peers/build.js';
import { cleanUp, uniqueName } from '../peers/helpers.js';
import { nameOf, TORTURE_CASES, torture } from './torture.js';

/** Seconds for each case; `npm run torture -- --seconds 30` is the long run. */
const SECONDS = Number(process.env.ESHM_TORTURE_SECONDS ?? 0.6);

describe('torture', () => {
  let peers: Peers;

  before(async function () {
    this.timeout(180_000);
    peers = await requirePeers(this, ['c++']);
  });

  afterEach(() => cleanUp());

  for (const oneCase of TORTURE_CASES) {
    it(`no message is torn at full speed: ${nameOf(oneCase)}`, async function () {
      this.timeout(SECONDS * 1000 + 120_000);
      const { read, torn } = await torture(peers, oneCase, SECONDS, uniqueName('torture'));
      assert.ok(read > 0, 'the reader read something');
      assert.equal(torn, 0);
    });
  }
});
