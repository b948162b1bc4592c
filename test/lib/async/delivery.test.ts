import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Eshm } from '../../../lib/index.js';
import { type Peers, requirePeers } from '../../peers/build.js';
import { until } from '../../peers/helpers.js';
import { type PeerLanguage, PeerProcess } from '../../peers/peer-process.js';
import { size } from '../../support/sizes.js';
import { recorded } from './child.js';
import {
  answerOf,
  channelName,
  closeAll,
  closeLater,
  kill,
  openMaster,
  peerOf,
  startChild,
} from './endpoints.js';

/** Messages from one Node process to another. */
const SENDS = size({ short: 100_000, long: 1_000_000 });

/** Messages to a C++ and to a Python peer. */
const PEER_SENDS = size({ short: 1000, long: 10_000 });

/** Times the reader is killed. */
const KILLS = size({ short: 4, long: 20 });

/** Nothing here is to run out of time: a watchdog, not a measure. */
const WATCHDOG_MS = 120_000;

interface Count {
  readonly messages: number;
  readonly lost: number;
  readonly repeated: number;
  readonly backward: number;
  readonly last: number;
}

/** A self-checking message of the peers: number, FNV-1a checksum over number and fill, fill. */
function burstMessage(number: number, size = 64): Buffer {
  const message = Buffer.alloc(size);
  message.writeUInt32LE(number, 0);
  let hash = 2166136261;
  const mix = (byte: number) => {
    hash = Math.imul(hash ^ byte, 16777619);
  };
  for (let i = 0; i < 4; i++) mix(message[i]!);
  for (let i = 8; i < size; i++) {
    message[i] = (number + i) & 255;
    mix(message[i]!);
  }
  message.writeUInt32LE(hash >>> 0, 4);
  return message;
}

describe('delivery by send()', () => {
  afterEach(closeAll);

  it(`${SENDS} messages to another Node process: none lost, repeated or out of order`, async () => {
    const name = channelName();
    const master = openMaster(name);
    const child = startChild('count', name, SENDS);
    await peerOf(master);
    const counted = answerOf<Count>(child);
    const message = Buffer.alloc(64);
    for (let number = 0; number < SENDS; number++) {
      message.writeUInt32LE(number, 0);
      await master.send(message, { timeoutMs: WATCHDOG_MS });
    }
    assert.deepEqual(await counted, {
      messages: SENDS,
      lost: 0,
      repeated: 0,
      backward: 0,
      missed: 0,
      last: SENDS - 1,
    });
  });

  it(`a reader that is killed and restarted ${KILLS} times misses nothing; what it had not counted comes again`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'eshm-async-'));
    const file = join(folder, 'numbers');
    try {
      const name = channelName();
      const master = closeLater(Eshm.open(name, { role: 'master' }));
      let number = 0;
      let done = false;
      const sending = (async () => {
        const message = Buffer.alloc(64);
        for (; !done; number++) {
          message.writeUInt32LE(number, 0);
          await master.send(message, { timeoutMs: WATCHDOG_MS, resendMs: 2 });
        }
      })();
      const sizeOf = () => (existsSync(file) ? statSync(file).size : 0);
      for (let kills = 0; ; kills++) {
        const child = startChild('record', name, file);
        const before = sizeOf();
        // Some are killed with their first messages, some later.
        await until(
          'numbers',
          () => child.exitCode !== null || sizeOf() > before + 40 * (kills % 5) * (kills % 5),
        );
        assert.equal(child.exitCode, null, 'the reader runs');
        if (kills === KILLS) done = true;
        else {
          await kill(child);
          continue;
        }
        await sending;
        break;
      }
      const numbers = recorded(file);
      const steps = numbers.map((value, i) => value - (i === 0 ? -1 : numbers[i - 1]!));
      assert.deepEqual(
        steps.filter((step) => step !== 0 && step !== 1),
        [],
        'none lost, none out of order',
      );
      assert.equal(numbers.at(-1), number - 1);
      const repeated = steps.filter((step) => step === 0).length;
      assert.ok(repeated <= KILLS, `${repeated} repeated: one at most for each restart`);
      assert.ok(number > KILLS, `${number} messages`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('a send without resendMs is read by a restarted reader never, and by the one that was there at most once', async () => {
    const name = channelName();
    const master = closeLater(Eshm.open(name, { role: 'master' }));
    const first = startChild('count', name, 1);
    await peerOf(master);
    first.kill('SIGSTOP');
    const sending = master.send(burstMessage(7), { timeoutMs: 400 });
    await kill(first);
    const second = startChild('count', name, 10);
    await assert.rejects(sending, { code: 'ESHM_TIMEOUT' });
    await until('the second reader', () => master.remoteAlive);
    const counted = answerOf<Count>(second);
    await master.send(burstMessage(9), { timeoutMs: WATCHDOG_MS });
    assert.equal((await counted).messages, 1);
    if (second.exitCode === null) await once(second, 'exit');
  });

  describe('to the peers of other languages', () => {
    let peers: Peers;
    before(async function () {
      peers = await requirePeers(this, ['c++', 'python']);
    });
    afterEach(() => PeerProcess.killAll());

    for (const language of ['c++', 'python'] as PeerLanguage[]) {
      it(`${PEER_SENDS} messages with resendMs to a ${language} peer: none lost or out of order`, async () => {
        const name = channelName();
        // A drain ends when the peer takes its master for stale, which a busy machine can bring about in 100 ms.
        const master = closeLater(Eshm.open(name, { role: 'master', staleThresholdMs: 10_000 }));
        const peer = PeerProcess.start(peers, language);
        await peer.open('slave', name);
        const drained = peer.values('drain 5000', 3 * WATCHDOG_MS);
        let ended = false;
        drained.then(() => {
          ended = true;
        });
        for (let number = 0; number < PEER_SENDS; number++) {
          assert.ok(!ended, `the peer has stopped reading before message ${number}`);
          await master.send(burstMessage(number), { timeoutMs: WATCHDOG_MS, resendMs: 1 });
        }
        const { messages, bad, lost, repeated, backward, last } = await drained;
        assert.deepEqual(
          { bad, lost, backward, last },
          { bad: 0, lost: 0, backward: 0, last: PEER_SENDS - 1 },
        );
        assert.equal(messages, PEER_SENDS + repeated!);
        await peer.quit();
      });
    }
  });
});
