/** The stalls of the peers themselves: that they stand where they say, go on, and that torn messages are seen. */
import assert from 'node:assert/strict';
import { decodeSegment, deriveKey } from '../../layout/index.js';
import { Segment } from '../../syscalls/index.js';
import { type Peers, requirePeers } from './build.js';
import { cleanUp, pattern, refusal, sleep, uniqueName, until } from './helpers.js';
import { type PeerLanguage, PeerProcess } from './peer-process.js';

const SIZE = 300;

/** How long a first stall lasts, in ms: on a busy machine what is to be seen of it takes longer, and so does the next. */
const STALL_MS = 200;

/** Steps, and what a channel shows of a second message that stands after it: what the first left, or the second's. */
const STEPS = [
  { step: 1, sequence: 3, half: 1, all: 1, size: SIZE, count: 1 },
  { step: 2, sequence: 3, half: 2, all: 1, size: SIZE, count: 1 },
  { step: 3, sequence: 3, half: 2, all: 2, size: SIZE, count: 1 },
  { step: 4, sequence: 3, half: 2, all: 2, size: SIZE + 2, count: 1 },
  { step: 5, sequence: 4, half: 2, all: 2, size: SIZE + 2, count: 1 },
] as const;

/** Beyond every threshold, and beyond the time after which a state was once taken for one of rest. */
const LONG_STALL_MS = 900;

/** Longest stall that is tried, in ms. */
const LONGEST_STALL_MS = 60_000;

describe('peers that stand still in a write', () => {
  let peers: Peers;
  let name: string;

  before(async function () {
    peers = await requirePeers(this, ['c++']);
  });

  beforeEach(() => {
    name = uniqueName('stall');
  });

  afterEach(() => cleanUp());

  async function pair(masters: PeerLanguage, slaves: PeerLanguage) {
    const [master, slave] = [PeerProcess.start(peers, masters), PeerProcess.start(peers, slaves)];
    await master.open('master', name);
    await slave.open('slave', name);
    return { master, slave };
  }

  /** Makes trials with ever longer stalls until all that is to be seen during one was seen before it was over. */
  async function seenInOneStall(firstMs: number, trial: (ms: number) => Promise<boolean>): Promise<void> {
    for (let ms = firstMs; !(await trial(ms)); ms *= 3) {
      assert.ok(ms < LONGEST_STALL_MS, 'it does not stand where it is to');
      await cleanUp();
      name = uniqueName('stall');
    }
  }

  const image = () => Buffer.from(Segment.read(Segment.find(deriveKey(name))));

  /** The fields of the master's channel that a write changes, and its heartbeat. */
  function look() {
    const bytes = image();
    const { header, masterToSlave } = decodeSegment(bytes);
    const data = bytes.subarray(136, 136 + SIZE);
    return {
      fields: {
        sequence: masterToSlave.sequence,
        half: data[SIZE / 2 - 1]!,
        all: data[SIZE - 1]!,
        size: masterToSlave.dataSize,
        count: Number(masterToSlave.writeCount),
      },
      beats: header.masterHeartbeat,
    };
  }

  for (const language of ['c++', 'typescript'] as const) {
    for (const { step, ...expected } of STEPS) {
      it(`${language}: stands after step ${step}, beats, and goes on`, async () => {
        await seenInOneStall(STALL_MS, async (ms) => {
          const { master } = await pair(language, 'c++');
          await master.command(`stall-write ${SIZE} 1 0`);
          let isOver = false;
          const stalling = master.values(`stall-write ${SIZE + 2} ${step} ${ms}`).finally(() => {
            isOver = true;
          });
          const stands = () => JSON.stringify(look().fields) === JSON.stringify(expected);
          await until('the step', () => isOver || stands());
          const { beats } = look();
          await until('its heart beats', () => isOver || look().beats > beats);
          const isSeen = stands() && !isOver;
          const { 'stalled-us': stalledUs, 'resumed-us': resumedUs } = await stalling;
          assert.ok(resumedUs! - stalledUs! >= ms * 1000 - 1000);
          const after = { sequence: 4, half: 2, all: 2, size: SIZE + 2, count: 2 };
          assert.deepEqual(look().fields, after);
          await master.values(`stream-write 0 ${SIZE} ${SIZE} 1`);
          assert.deepEqual(look().fields, { sequence: 6, half: 3, all: 3, size: SIZE, count: 3 });
          return isSeen;
        });
      });
    }
  }

  it('typescript: a slave that has lost its master stands still once it has found it again', async () => {
    const { master, slave } = await pair('c++', 'typescript');
    master.signal('SIGSTOP');
    await until('a stale master', async () => !(await slave.isRemoteAlive()));
    let isOver = false;
    const stalling = slave.values(`stall-write ${SIZE} 1 1`).finally(() => {
      isOver = true;
    });
    await sleep(50);
    assert.ok(!isOver, 'it has nobody to write to');
    master.signal('SIGCONT');
    await stalling;
  });

  for (const language of ['c++', 'typescript'] as const) {
    it(`${language}: a reader of streams sees whole messages as such, and a torn one as torn`, async () => {
      const { master, slave } = await pair('c++', language);
      const whole = Buffer.alloc(64, 7);
      whole.writeUInt32LE(7, 0);
      whole.writeUInt32LE(64, 4);
      const torn = Buffer.from(whole).fill(8, 40);
      const ofAnotherSize = Buffer.from(whole);
      ofAnotherSize.writeUInt32LE(65, 4);
      const older = Buffer.alloc(64, 6);
      older.writeUInt32LE(6, 0);
      older.writeUInt32LE(64, 4);
      const readingOf = async (message: Buffer) => {
        for (;;) {
          // The C++ one counts from the moment it is asked, and may be asked too late; the other one remembers.
          if (language === 'typescript') await master.write(message);
          const reading = slave.values('stream-read 0.2');
          if (language === 'c++') await sleep(50);
          if (language === 'c++') await master.write(message);
          const { messages, torn, repeated } = await reading;
          if (messages !== 0 || language === 'typescript') return { messages, torn, repeated };
        }
      };
      assert.deepEqual(await readingOf(whole), { messages: 1, torn: 0, repeated: 0 });
      assert.deepEqual(await readingOf(torn), { messages: 1, torn: 1, repeated: 0 });
      assert.deepEqual(await readingOf(ofAnotherSize), { messages: 1, torn: 1, repeated: 0 });
      assert.deepEqual(await readingOf(older), { messages: 1, torn: 0, repeated: 1 });
    });
  }

  for (const writes of ['master', 'slave'] as const) {
    const reads = writes === 'master' ? 'slave' : 'master';

    /** The writer's `sequence` is odd: it stands in the middle of a message. */
    const isInWrite = () => {
      const { masterToSlave, slaveToMaster } = decodeSegment(image());
      return (writes === 'master' ? masterToSlave : slaveToMaster).sequence % 2 === 1;
    };

    /** Has the writer stand in the middle of a message; returns when it does. */
    async function startStall(writer: PeerProcess, ms: number) {
      const stall = { isOver: false, over: writer.values(`stall-write ${SIZE} 2 ${ms}`) };
      stall.over = stall.over.finally(() => {
        stall.isOver = true;
      });
      stall.over.catch(() => {}); // told by whoever waits for it
      await until('the step', () => stall.isOver || isInWrite());
      return stall;
    }

    /** Has the TypeScript reader look, again and again, for as long as the writer stands. */
    async function lookUntilOver(
      stall: Awaited<ReturnType<typeof startStall>>,
      reader: PeerProcess,
    ): Promise<void> {
      do {
        const { torn } = await reader.values('stream-read 0.05');
        assert.equal(torn, 0);
      } while (!stall.isOver);
      await stall.over;
    }

    /**
     * Writes a message of its own until it is read; those before it may be read once more. A slave whose master was late
     * on a busy machine looks for it for a moment: its writes are refused with -10 then, and tried again.
     */
    async function assertHears(writer: PeerProcess, reader: PeerProcess, number: number): Promise<void> {
      const message = Buffer.from(pattern(SIZE, 7, number));
      let isHeard = false;
      const reading = (async () => {
        while (!(await reader.read(120_000)).equals(message));
        isHeard = true;
      })();
      reading.catch(() => {}); // told by the race, unless a write failed before
      while (!isHeard) {
        assert.ok([undefined, -10].includes(await refusal(writer.write(message))));
        await Promise.race([reading, sleep(5)]);
      }
    }

    async function startPair() {
      const [writer, reader] = [PeerProcess.start(peers), PeerProcess.start(peers, 'typescript')];
      const [master, slave] = writes === 'master' ? [writer, reader] : [reader, writer];
      await master.open('master', name, 'cleanup=0');
      await slave.open('slave', name);
      await assertHears(writer, reader, 1);
      return { writer, reader };
    }

    it(`a TypeScript ${reads} that joins while the ${writes} stands is not deaf to what comes after`, async () => {
      await seenInOneStall(LONG_STALL_MS, async (ms) => {
        const { writer, reader } = await startPair();
        const stall = await startStall(writer, ms);
        await reader.command('close');
        await reader.open(reads, name);
        const hasJoinedMeanwhile = isInWrite() && !stall.isOver;
        await lookUntilOver(stall, reader);
        await assertHears(writer, reader, 2);
        return hasJoinedMeanwhile;
      });
    });

    it(`a TypeScript ${reads} that has found the ${writes} stale in mid-write is not deaf to what comes after`, async () => {
      const { writer, reader } = await startPair();
      const stall = await startStall(writer, LONG_STALL_MS);
      writer.signal('SIGSTOP');
      await until('it is found stale', async () => !(await reader.isRemoteAlive()));
      writer.signal('SIGCONT');
      await lookUntilOver(stall, reader);
      await assertHears(writer, reader, 2);
    });
  }
});
