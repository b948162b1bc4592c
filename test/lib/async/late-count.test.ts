import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { layoutFor } from '../../../layout/index.js';
import { Eshm, EshmError } from '../../../lib/index.js';
import { needsTwoCores } from '../../support/needs.js';
import { onQuietMachine } from '../../support/quiet.js';
import type { CoreWaits } from '../../support/starved.js';
import { channelName, closeAll, closeLater } from './endpoints.js';

/** Rounds that must come about: those in which the reader's thread had a core at the right moment. */
const ROUNDS = 8;

/** A thread that had to wait for a core for so long in a trial may have done so at the moment that counts, in ms. */
const EXCUSING_MS = 3;

/** What the worker and the test tell each other: the number of the round, and at last what the reader saw. */
const Flag = { written: 0, copied: 1, counted: 2, sawOpenWrite: 3 } as const;

/**
 * A reader at its worst moment: it has copied a message and found the copy good, and counts it only once the next
 * message begins to be written. It reads nothing else.
 */
const LATE_READER = `
  const { workerData, parentPort } = require('node:worker_threads');
  const { key, flags, sequenceAt, readCountAt, syscalls } = workerData;
  import(syscalls).then(({ Segment }) => {
    const segment = Segment.attach(Segment.find(key));
    const words = new Int32Array(segment.bytes.buffer, segment.bytes.byteOffset, segment.bytes.length >>> 2);
    parentPort.postMessage('attached');
    for (let round = 1; ; round++) {
      let written;
      while ((written = Atomics.load(flags, ${Flag.written})) !== round) if (written < 0) return segment.detach();
      const sequence = Atomics.load(words, sequenceAt);
      Atomics.store(flags, ${Flag.copied}, round);
      let next;
      while ((next = Atomics.load(words, sequenceAt)) === sequence);
      Atomics.add(words, readCountAt, 1);
      Atomics.store(flags, ${Flag.sawOpenWrite}, next & 1);
      Atomics.store(flags, ${Flag.counted}, round);
    }
  });
`;

describe('a reader that counts an earlier message late', () => {
  let worker: Worker | undefined;

  afterEach(async () => {
    await worker?.terminate();
    await closeAll();
  });

  it('does not acknowledge the message that is sent next', async function () {
    needsTwoCores(this, 'two threads have to run at one moment');
    // Between seeing the write and counting the reader must not lose its core for long: then nobody could tell.
    await onQuietMachine(this, EXCUSING_MS, async (waits) => {
      try {
        await trial(waits);
      } finally {
        await worker?.terminate();
        await closeAll();
      }
    });
  });

  async function trial(waits: CoreWaits): Promise<void> {
    const name = channelName();
    const master = closeLater(Eshm.open(name, { role: 'master', idle: 'busy-spin' }));
    const { masterToSlave, channel } = layoutFor();
    const flags = new Int32Array(new SharedArrayBuffer(16));
    worker = new Worker(LATE_READER, {
      eval: true,
      workerData: {
        key: master.key,
        flags,
        sequenceAt: (masterToSlave + channel.sequence) >>> 2,
        readCountAt: (masterToSlave + channel.readCount) >>> 2,
        syscalls: new URL('../../../syscalls/index.js', import.meta.url).href,
      },
    });
    await once(worker, 'message');
    let [held, deceived] = [0, 0];
    for (let round = 1; held < ROUNDS; round++) {
      master.write('plain');
      Atomics.store(flags, Flag.written, round);
      while (Atomics.load(flags, Flag.copied) !== round);
      let acknowledged = true;
      try {
        master.sendSync('sent', { timeoutMs: 5 });
      } catch (error) {
        assert.ok(error instanceof EshmError && error.code === 'ESHM_TIMEOUT', String(error));
        acknowledged = false;
      }
      while (Atomics.load(flags, Flag.counted) !== round);
      if (flags[Flag.sawOpenWrite] === 0) {
        // Its thread was not running then. Lets the watchdog end a test in which that never changes.
        await new Promise(setImmediate);
        continue;
      }
      held += 1;
      if (acknowledged) deceived += 1;
    }
    const exited = once(worker, 'exit');
    waits.look();
    Atomics.store(flags, Flag.written, -1);
    await exited;
    // It may lose its core for a moment all the same, once in a while.
    assert.ok(deceived < ROUNDS / 4, `deceived ${deceived} of ${ROUNDS} times`);
  }
});
