/** Items between TypeScript and what stands in for the original's data handlers: PROTOCOL.md section 13. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Eshm } from '../../lib/index.js';
import { answerCalls, call, type Dialect, items, toObject } from '../../lib/items/index.js';
import { anyItems, telemetry, vectors } from '../lib/items/samples.js';
import { size } from '../support/sizes.js';
import { type Peers, requirePeers } from './build.js';
import { cleanUp, uniqueName } from './helpers.js';
import { PeerProcess } from './peer-process.js';
import { USUAL_KINDS } from './shm-kind.js';

const HEX = 'data '.length;

/** Messages of a stream, one each millisecond. */
const COUNT = size({ short: 300, long: 10_000 });

describe('items with the stand-in data handlers', () => {
  let peers: Peers;

  before(async function () {
    peers = await requirePeers(this, ['c++', 'python']);
  });
  afterEach(() => cleanUp());

  /** What a peer makes of a message: decoded, and encoded again. */
  async function again(peer: PeerProcess, dialect: Dialect, message: Uint8Array): Promise<Buffer> {
    const hex = Buffer.from(message).toString('hex');
    return Buffer.from((await peer.command(`items-again ${dialect} ${hex}`)).slice(HEX), 'hex');
  }

  it('are understood by the C++ one in every dialect, and by the Python one as PROTOCOL.md says', async () => {
    const cpp = PeerProcess.start(peers, 'c++');
    const python = PeerProcess.start(peers, 'python');
    for (const { name, bytes } of vectors('cpp')) {
      assert.deepEqual(await again(cpp, 'c++', bytes), bytes, name);
      await assert.rejects(again(python, 'python', bytes), /tag 30 instead of 10/, name);
    }
    for (const { name, bytes, items: list } of vectors('python')) {
      assert.deepEqual(await again(cpp, 'python', bytes), bytes, name);
      assert.deepEqual(await again(python, 'python', bytes), bytes, name);
      assert.deepEqual(await again(python, 'c++', bytes), items({ dialect: 'c++' }).encode(list), name);
    }
  });

  it('of any values are what the C++ one makes of them, byte for byte', async () => {
    const cpp = PeerProcess.start(peers, 'c++');
    // It knows no other types, and -0.0 is 0.0 to its encoder.
    const known = anyItems('c++').map((list) => list.filter(({ type }) => typeof type === 'string'));
    const cases = fc.asyncProperty(known, async (list) => {
      const expected = Buffer.from(items({ dialect: 'c++' }).encode(list));
      for (const dialect of [undefined, 'c++'] as const) {
        assert.deepEqual(await again(cpp, 'c++', items({ dialect }).encode(list)), expected);
      }
    });
    await fc.assert(cases, { numRuns: 150 });
  });

  it('of simple types are what the Python one makes of them, byte for byte', async () => {
    const python = PeerProcess.start(peers, 'python');
    const cases = fc.asyncProperty(anyItems('python'), async (list) => {
      const expected = Buffer.from(items({ dialect: 'python' }).encode(list));
      for (const dialect of [undefined, 'python'] as const) {
        assert.deepEqual(await again(python, 'python', items({ dialect }).encode(list)), expected);
      }
    });
    await fc.assert(cases, { numRuns: 150 });
  });

  it('calls go to C++ and come from it', async () => {
    const name = uniqueName('items');
    const codec = items();
    using master = Eshm.open(name, { role: 'master', codec, staleThresholdMs: 5000 });
    const peer = PeerProcess.start(peers, 'c++');
    await peer.open('slave', name);
    const options = { timeoutMs: 30_000, resendMs: 5 };
    const answered = async (function_: string, values: readonly (bigint | number)[]) => {
      // It answers one message, whichever of the same calls that is.
      const answering = peer.command('items-answer c++ 1 30000');
      const result = await call(master, function_, values, options).catch((error) => error.result);
      await answering;
      return result;
    };
    assert.equal(await answered('add', [1n, 2n]), 3n);
    assert.equal(await answered('add', [1.5, 2]), 3.5);
    assert.equal(await answered('add', [1n]), 'ERROR: add takes two numbers');
    assert.equal(await answered('fail', []), 'ERROR: told to fail');
    assert.equal(await answered('jump', []), 'ERROR: Function not found: jump');

    const ended = new AbortController();
    const answering = answerCalls(
      master,
      { multiply: (a: bigint, b: bigint) => a * b },
      { resendMs: 5, signal: ended.signal },
    );
    for (const dialect of ['c++', 'python'] as const) {
      assert.equal(await peer.command(`items-call ${dialect} multiply 6 7`), 'ok integer 42');
    }
    assert.equal(
      await peer.command('items-call c++ divide 6 7'),
      'ok string ERROR: Function not found: divide',
    );
    ended.abort();
    await answering;
  });
});

for (const shm of USUAL_KINDS) {
  describe(`streams of items (${shm})`, () => {
    let peers: Peers;

    before(async function () {
      peers = await requirePeers(this, ['c++', 'python'], { shm });
    });
    afterEach(() => cleanUp());

    for (const kind of ['c++', 'python'] as const) {
      for (const ours of ['master', 'slave'] as const) {
        it(`a stream of ${kind} is read by a ${ours}, none wrong, and what that sends is read there`, async () => {
          const name = uniqueName('items');
          const peer = PeerProcess.start(peers, kind);
          const theirs = ours === 'master' ? 'slave' : 'master';
          if (theirs === 'master') await peer.open('master', name, 'threshold=5000');
          using endpoint =
            ours === 'master'
              ? Eshm.open(name, { role: 'master', codec: items(), staleThresholdMs: 5000 })
              : await Eshm.connect(name, { codec: items() });
          if (theirs === 'slave') await peer.open('slave', name);
          const dialect = kind === 'c++' ? 'c++' : 'python';
          const count = COUNT;
          const sending = peer.command(`items-send ${dialect} ${count} 1000`);
          let last = -1n;
          let read = 0;
          for await (const list of endpoint) {
            const { counter, source } = toObject(list);
            assert.ok(typeof counter === 'bigint' && counter > last, `${counter} after ${last}`);
            assert.deepEqual(list, telemetry(counter, String(source)));
            last = counter;
            read++;
            if (last === BigInt(count - 1)) break;
          }
          await sending;
          assert.equal(endpoint.stats().corrupt, 0);
          assert.ok(read > 0);

          const receiving = peer.values('items-receive 49 30000');
          for (let counter = 0; counter < 50; counter++) {
            await endpoint.send(telemetry(counter, 'TypeScript'), { timeoutMs: 30_000, resendMs: 5 });
          }
          const { read: seen, wrong, malformed } = await receiving;
          assert.deepEqual([wrong, malformed], [0, 0]);
          assert.ok(seen! >= 50, `${seen}`);
        });
      }
    }
  });
}
