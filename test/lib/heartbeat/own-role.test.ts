/** Who keeps a role of which two have the same mark: slaves with one process id. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { layoutFor } from '../../../layout/index.js';
import { FIELDS_OF } from '../../../lib/header/header.js';
import { LONGEST_BEAT_INTERVAL_MS } from '../../../lib/heartbeat/beat-interval.js';
import { HOLD_MS, OwnRole } from '../../../lib/heartbeat/own-role.js';
import { createTable, Row, rowAt } from '../../../lib/heartbeat/table.js';

/** The process id of all of them. */
const PID = 1;

/** One segment, in ordinary memory. */
class Header {
  readonly bytes = Buffer.from(new ArrayBuffer(layoutFor().segmentSize));
  readonly words = new Int32Array(this.bytes.buffer);
  readonly longs = new BigInt64Array(this.bytes.buffer);

  get beat(): bigint {
    return this.longs[FIELDS_OF.slave.heartbeat >>> 3]!;
  }
  set beat(beat: bigint) {
    this.longs[FIELDS_OF.slave.heartbeat >>> 3] = beat;
  }
  get flag(): number {
    return this.words[FIELDS_OF.slave.alive >>> 2]!;
  }
  set flag(flag: number) {
    this.words[FIELDS_OF.slave.alive >>> 2] = flag;
  }
  /** A start as slave, as both libraries make it; returns whether the mark was there before. */
  start(): boolean {
    const at = FIELDS_OF.slave.identity >>> 2;
    const isNamesake = this.words[at] === PID;
    this.words[at] = PID;
    this.flag = 1;
    this.beat = 0n;
    return isNamesake;
  }
}

/** A slave in a process of its own: its own table and worker. */
class Slave {
  readonly table = createTable(1);
  readonly at = rowAt(0);
  readonly role: OwnRole;

  constructor(header: Header, nowMs = 0, from = 0n) {
    const { table, at } = this;
    table[at + Row.ownMark] = PID;
    table[at + Row.isNamesake] = header.start() ? 1 : 0;
    new BigInt64Array(table.buffer)[(at + Row.beat) >>> 1] = from;
    if (from !== 0n) header.beat = from;
    this.role = new OwnRole(table, at, FIELDS_OF.slave, header, nowMs);
  }
  get settled(): number {
    return this.table[this.at + Row.timesAlone]!;
  }
  /** Another segment is mapped where this one was, in which this slave has just started. */
  move(map: () => boolean): void {
    this.table[this.at + Row.moves]! += 1;
    this.table[this.at + Row.isNamesake] = map() ? 1 : 0;
    this.table[this.at + Row.moves]! += 1;
  }
}

/** Passes of several workers, each a millisecond or more after its last. */
function run(roles: { beat(nowMs: number): void }[], fromMs: number, ms: number): number {
  for (let nowMs = fromMs; nowMs < fromMs + ms; nowMs++) for (const role of roles) role.beat(nowMs);
  return fromMs + ms;
}

/** As {@link run}, of workers that beat as seldom as they may. */
function runByNeed(
  roles: { beat(nowMs: number): void; isInDoubt?(nowMs: number): boolean }[],
  fromMs: number,
  ms: number,
): number {
  const dueMs = roles.map(() => fromMs);
  for (let nowMs = fromMs; nowMs < fromMs + ms; nowMs++) {
    for (const [i, role] of roles.entries()) {
      if (nowMs < dueMs[i]!) continue;
      role.beat(nowMs);
      dueMs[i] = nowMs + (role.isInDoubt?.(nowMs) === false ? LONGEST_BEAT_INTERVAL_MS : 1);
    }
  }
  return fromMs + ms;
}

describe('OwnRole', () => {
  it('beats once a call, across the carry and across 2^64', () => {
    for (const from of [2n ** 32n - 1n, 2n ** 63n - 1n, -1n]) {
      const header = new Header();
      const slave = new Slave(header, 0, from);
      run([slave.role], 0, 3);
      assert.equal(header.beat, BigInt.asIntN(64, from + 3n));
      assert.equal(slave.role.isLost, false);
    }
  });

  it('counts the milliseconds, however seldom it beats, and none of a long pause of its process', () => {
    const header = new Header();
    const slave = new Slave(header);
    let nowMs = 0;
    for (const pauseMs of [0.4, 8.06, 8.06, 8.07, 0.2, 1.1, 1.1, 5.01]) {
      nowMs += pauseMs;
      slave.role.beat(nowMs);
    }
    assert.ok(Math.abs(Number(header.beat) - nowMs) <= 2, `${header.beat} in ${nowMs} ms`);
    const before = header.beat;
    slave.role.beat(nowMs + 60_000);
    assert.ok(header.beat - before <= 100n, `${header.beat - before}`);
  });

  it('gives way to an original of the same mark that starts a moment after it, however seldom it beats by then', () => {
    for (const ageMs of [3, 5, 19, 20, 21, 30, 500]) {
      const header = new Header();
      const slave = new Slave(header);
      const nowMs = runByNeed([slave.role], 0, ageMs);
      header.start();
      runByNeed([{ beat: () => (header.beat += 1n) }, slave.role], nowMs, 20);
      assert.equal(slave.role.isLost, true, `${ageMs} ms old`);
    }
  });

  it('gives way to one that starts with the same mark, whichever beats first', () => {
    for (const ageMs of [1, 2, 3, 50, 5000]) {
      for (const youngerFirst of [false, true]) {
        const header = new Header();
        const older = new Slave(header);
        const nowMs = run([older.role], 0, ageMs);
        const younger = new Slave(header, nowMs);
        const roles = youngerFirst ? [younger.role, older.role] : [older.role, younger.role];
        run(roles, nowMs, 50);
        const what = `age ${ageMs}, the ${youngerFirst ? 'younger' : 'older'} first`;
        assert.deepEqual([older.role.isLost, younger.role.isLost], [true, false], what);
        assert.equal(younger.settled, 1, what);
        assert.ok(header.beat > 30n, `${what}: ${header.beat}`);
      }
    }
  });

  it('gives way where it did not run while the younger came past its heartbeat', () => {
    for (const [ageMs, awayMs] of [
      [5, 500],
      [100, 100 + HOLD_MS],
      [100, 101 + HOLD_MS],
      [100, 60_000],
    ] as const) {
      const header = new Header();
      const older = new Slave(header);
      let nowMs = run([older.role], 0, ageMs);
      const younger = new Slave(header, nowMs);
      nowMs = run([younger.role], nowMs, awayMs);
      run([older.role, younger.role], nowMs, 50);
      assert.deepEqual(
        [older.role.isLost, younger.role.isLost],
        [true, false],
        `${ageMs} ms, then ${awayMs}`,
      );
    }
  });

  it('one keeps the role, in whatever order the workers run', () => {
    const pauses = fc.array(fc.record({ olderMs: fc.nat(40), youngerMs: fc.nat(40) }), { minLength: 400 });
    fc.assert(
      fc.property(fc.nat(60), fc.boolean(), pauses, (ageMs, byNeed, steps) => {
        const intervalOf = ({ role }: Slave, nowMs: number) =>
          byNeed && !role.isInDoubt(nowMs) ? LONGEST_BEAT_INTERVAL_MS : 1;
        const header = new Header();
        const older = new Slave(header);
        const startMs = run([older.role], 0, ageMs);
        const younger = new Slave(header, startMs);
        const dueMs = [startMs, startMs];
        for (const { olderMs, youngerMs } of steps) {
          const [first, second] = dueMs as [number, number];
          if (first <= second) {
            older.role.beat(first);
            dueMs[0] = first + intervalOf(older, first) + Math.max(0, olderMs - 20);
          } else {
            younger.role.beat(second);
            dueMs[1] = second + intervalOf(younger, second) + Math.max(0, youngerMs - 30);
          }
        }
        assert.equal(Number(older.role.isLost) + Number(younger.role.isLost), 1);
      }),
      { numRuns: 300 },
    );
  });

  it('stays where an original of the same mark, which it took the place of, beats along', () => {
    const header = new Header();
    header.start();
    const original = { beat: () => (header.beat += 1n) };
    let nowMs = run([original], 0, 1000);
    const slave = new Slave(header, nowMs);
    let last = header.beat;
    for (let look = 0; look < 50; look++) {
      nowMs = run([original, slave.role], nowMs, 10);
      assert.notEqual(header.beat, last, 'its peer sees a heart that beats');
      last = header.beat;
    }
    assert.equal(slave.role.isLost, false);
    // And where that one stood still for a while.
    nowMs = run([slave.role], nowMs, 500);
    run([original, slave.role], nowMs, 500);
    assert.equal(slave.role.isLost, false);
  });

  it('gives way to an original that starts with the same mark', () => {
    const header = new Header();
    const slave = new Slave(header);
    const nowMs = run([slave.role], 0, 100);
    header.start();
    run([{ beat: () => (header.beat += 1n) }, slave.role], nowMs, 10);
    assert.equal(slave.role.isLost, true);
  });

  it('does not take the 0 of a segment it has moved to for a start', () => {
    const header = new Header();
    const slave = new Slave(header);
    let nowMs = run([slave.role], 0, 100);
    // In the middle of a beat: what was found belongs to another segment than what is remembered.
    const { compareExchange } = Atomics;
    Atomics.compareExchange = ((words: BigInt64Array, index: number, expected: bigint, next: bigint) => {
      Atomics.compareExchange = compareExchange;
      slave.move(() => {
        header.words.fill(0);
        return header.start();
      });
      return compareExchange(words, index, expected, next);
    }) as typeof Atomics.compareExchange;
    nowMs = run([slave.role], nowMs, 20);
    assert.equal(slave.role.isLost, false);
    assert.equal(header.beat, 19n);
    slave.move(() => header.start());
    run([slave.role], nowMs, HOLD_MS + 5);
    assert.deepEqual(
      [slave.role.isLost, header.beat],
      [false, 5n],
      'held at 0 where its mark was there before',
    );
  });

  it('does not beat in the middle of a move', () => {
    const header = new Header();
    const slave = new Slave(header);
    slave.table[slave.at + Row.moves] = 1;
    run([slave.role], 0, 5);
    assert.equal(header.beat, 0n);
    slave.table[slave.at + Row.moves] = 0;
    run([slave.role], 5, 5);
    assert.equal(header.beat, 10n, 'it stayed where it was, and its time counts');
  });

  it('leaves the flag alone once the role is lost, and keeps it up before', () => {
    const header = new Header();
    const slave = new Slave(header);
    run([slave.role], 0, 5);
    header.flag = 0;
    slave.role.keepFlag();
    assert.equal(header.flag, 1);
    header.start();
    run([slave.role], 5, 1);
    header.flag = 0;
    slave.role.keepFlag();
    assert.equal(header.flag, 0);
  });
});
