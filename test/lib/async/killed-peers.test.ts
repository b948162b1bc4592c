import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Eshm } from '../../../lib/index.js';
import { type Peers, requirePeers } from '../../peers/build.js';
import { type PeerLanguage, PeerProcess } from '../../peers/peer-process.js';
import { size } from '../../support/sizes.js';
import { channelName, closeAll, closeLater } from './endpoints.js';

/** Times the reader is killed. */
const KILLS = size({ short: 5, long: 20 });

/** Messages that a reader tells of before it is killed in the middle of a read. */
const READS = 10;

/** Nothing here is to run out of time: a watchdog, not a measure, in ms. */
const WATCHDOG_MS = 120_000;

/** Sends numbers with `resendMs`, one after the other, until it is told to stop; gives how many were read. */
function numbers(master: Eshm): { stop(): Promise<number> } {
  const stop = new AbortController();
  const sending = (async () => {
    const message = Buffer.alloc(64);
    for (let number = 0; ; number++) {
      message.writeUInt32LE(number, 0);
      try {
        await master.send(message, { timeoutMs: WATCHDOG_MS, resendMs: 1, signal: stop.signal });
      } catch (error) {
        if (stop.signal.aborted) return number;
        throw error;
      }
    }
  })();
  sending.catch(() => {});
  return {
    stop: () => {
      stop.abort();
      return sending;
    },
  };
}

describe('delivery by send() to peers that are killed', () => {
  let peers: Peers;
  before(async function () {
    peers = await requirePeers(this, ['c++', 'python']);
  });
  afterEach(async () => {
    await PeerProcess.killAll();
    await closeAll();
  });

  for (const language of ['c++', 'python'] as PeerLanguage[]) {
    it(`a ${language} reader that is killed and restarted ${KILLS} times: none out of order, and none lost but what it had read`, async () => {
      const name = channelName();
      const master = closeLater(Eshm.open(name, { role: 'master', staleThresholdMs: 10_000 }));
      const sender = numbers(master);
      const told: number[] = [];
      for (let kills = 0; kills < KILLS; kills++) {
        const peer = PeerProcess.start(peers, language);
        await peer.open('slave', name);
        for (let reads = 0; reads < READS; reads++) told.push((await peer.read(WATCHDOG_MS)).readUInt32LE(0));
        // One more is under way: it may be read, and then nobody hears of it.
        const last = peer.read(WATCHDOG_MS).then(
          (message) => told.push(message.readUInt32LE(0)),
          () => {},
        );
        await sleep((kills % 4) / 2);
        await peer.kill();
        await last;
      }
      const acknowledged = await sender.stop();
      const steps = told.map((number, i) => number - (i === 0 ? -1 : told[i - 1]!));
      assert.deepEqual(
        steps.filter((step) => step < 0 || step > 2),
        [],
        `none out of order, one untold after each kill: ${told}`,
      );
      assert.ok(steps.filter((step) => step === 2).length <= KILLS, `${told}`);
      // What was read last may be on its way back still, or nobody heard of it.
      assert.ok(Math.abs(acknowledged - 1 - told.at(-1)!) <= 1, `${acknowledged} were acknowledged: ${told}`);
      assert.ok(acknowledged > KILLS, `${acknowledged} messages`);
    });
  }
});
