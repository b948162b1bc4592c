import assert from 'node:assert/strict';
import { Random } from '../chaos/random.js';
import { type Peers, requirePeers } from '../peers/build.js';
import { cleanUp, uniqueName } from '../peers/helpers.js';
import { placeOf, SHM_KINDS, USUAL_KINDS } from '../peers/shm-kind.js';
import { size } from '../support/sizes.js';
import { tortureWithStalls } from './stalls.js';
import { casesIn, nameOf, type TortureResult, torture } from './torture.js';

/** Seconds for each case. */
const SECONDS = size({ short: 0.2, long: 0.6 });

const SEED = 20261125;
const MAX_DATA_SIZE = 4096;

/** Longest stall here, in ms: beyond every threshold all the same. */
const LONGEST_STALL_MS = 450;

for (const shm of size({ short: USUAL_KINDS, long: SHM_KINDS })) {
  describe(`torture (${shm})`, () => {
    let peers: Peers;

    before(async function () {
      peers = await requirePeers(this, ['c++'], { shm });
    });

    afterEach(() => cleanUp());

    for (const oneCase of casesIn(placeOf(shm))) {
      it(`no message is torn at full speed: ${nameOf(oneCase)}`, async () => {
        for (const writes of ['master', 'slave'] as const) {
          const options = { ...oneCase, writes, maxDataSize: MAX_DATA_SIZE };
          let found: TortureResult;
          // A writer without a pause may leave a reader on a busy machine no message for a while.
          do found = await torture(peers, options, SECONDS / 2, uniqueName('torture'));
          while (found.read === 0);
          assert.equal(found.torn, 0);
          assert.equal(found.repeated, 0);
        }
      });
    }

    for (const [i, oneCase] of casesIn(placeOf(shm)).entries()) {
      const writes = i % 2 === 0 ? 'master' : 'slave';
      it(`no reader is deaf after a stall in mid-write: ${nameOf(oneCase)}`, async () => {
        const options = { ...oneCase, writes, maxDataSize: MAX_DATA_SIZE } as const;
        const found = await tortureWithStalls(
          peers,
          options,
          SECONDS * 4,
          uniqueName('stalls'),
          new Random(SEED + i),
          LONGEST_STALL_MS,
        );
        // No time is judged here: `npm run torture -- --stalls` does, on a machine of its own.
        const deaf = found.rounds.filter(({ tookMs }) => tookMs === undefined);
        assert.deepEqual(deaf, []);
        assert.equal(found.torn, 0);
        assert.equal(found.repeated, 0);
      });
    }
  });
}
