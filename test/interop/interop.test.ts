import assert from 'node:assert/strict';
import { type Peers, requirePeers } from '../peers/build.js';
import { cleanUp, permsOf } from '../peers/helpers.js';
import { SHM_KINDS, USUAL_KINDS } from '../peers/shm-kind.js';
import { size as sizeOfTest } from '../support/sizes.js';
import { MESSAGE_COUNT, pairings, runPairing } from './pairing.js';

for (const shm of sizeOfTest({ short: USUAL_KINDS, long: SHM_KINDS })) {
  describe(`interop: every language as master and as slave (${shm})`, () => {
    let peers: Peers;

    before(async function () {
      peers = await requirePeers(this, ['c++', 'python'], { shm });
    });

    afterEach(() => cleanUp());

    for (const { master, slave } of pairings) {
      it(`a ${master} master and a ${slave} slave exchange ${MESSAGE_COUNT} messages each way`, async () => {
        const { perms, size, down, up } = await runPairing(peers, { master, slave });
        assert.deepEqual(
          { perms, size, down, up },
          // A TypeScript master's file has its mode whatever the umask is.
          {
            perms: master === 'typescript' ? '666' : permsOf(peers),
            size: 8576,
            down: MESSAGE_COUNT,
            up: MESSAGE_COUNT,
          },
        );
      });
    }

    it('the nine pairings are all there are', () => {
      assert.equal(new Set(pairings.map(({ master, slave }) => `${master} ${slave}`)).size, 9);
    });
  });
}
