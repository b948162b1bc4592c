import assert from 'node:assert/strict';
import { type Peers, requirePeers } from '../peers/build.js';
import { cleanUp } from '../peers/helpers.js';
import { MESSAGE_COUNT, pairings, runPairing } from './pairing.js';

describe('interop: every language as master and as slave', () => {
  let peers: Peers;

  before(async function () {
    peers = await requirePeers(this, ['c++', 'python']);
  });

  afterEach(() => cleanUp());

  for (const { master, slave } of pairings) {
    it(`a ${master} master and a ${slave} slave exchange ${MESSAGE_COUNT} messages each way`, async () => {
      const { key, perms, size, down, up } = await runPairing(peers, { master, slave });
      assert.deepEqual(
        { perms, size, down, up },
        { perms: '666', size: 8576, down: MESSAGE_COUNT, up: MESSAGE_COUNT },
      );
      assert.notEqual(key, 0);
    });
  }

  it('the nine pairings are all there are', () => {
    assert.equal(new Set(pairings.map(({ master, slave }) => `${master} ${slave}`)).size, 9);
  });
});
