import assert from 'node:assert/strict';
import fc from 'fast-check';
import { layoutFor } from '../../../layout/index.js';
import { FIELDS_OF, STALE_THRESHOLD_AT } from '../../../lib/header/header.js';
import { Pulse } from '../../../lib/heartbeat/pulse.js';
import {
  Armed,
  createTable,
  loadAddress,
  ORIGIN_MS,
  Peer,
  Row,
  rowAt,
  storeAddress,
} from '../../../lib/heartbeat/table.js';

const OWN_PID = 4711;

/** Where the words are that waits of a slave watch: it reads the first channel. */
const { masterToSlave, channel } = layoutFor();

/** A slave's pulse on ordinary memory, and the master it watches. */
class Patient {
  readonly bytes = Buffer.from(new ArrayBuffer(layoutFor().segmentSize));
  readonly table = createTable(4);
  readonly at = rowAt(2);
  readonly pulse: Pulse;
  nowMs = 1000;

  constructor({ thresholdMs = 100, peer = Peer.alive as number, mayBeAbsent = false } = {}) {
    const { table, at } = this;
    storeAddress(table, at, 0x7f12_3456_7000);
    table[at + Row.registration] = 9;
    table[at + Row.maxDataSize] = layoutFor().maxDataSize;
    table[at + Row.ownMark] = OWN_PID;
    this.bytes.writeInt32LE(OWN_PID, FIELDS_OF.slave.pid);
    this.bytes.writeUInt32LE(1, FIELDS_OF.slave.alive);
    table[at + Row.peer] = peer;
    table[at + Row.mayBeAbsent] = mayBeAbsent ? 1 : 0;
    this.bytes.writeUInt32LE(thresholdMs, STALE_THRESHOLD_AT);
    this.pulse = new Pulse(table, at, this.nowMs, (address, size) => {
      assert.deepEqual([address, size], [0x7f12_3456_7000, this.bytes.length]);
      return this.bytes;
    });
  }
  get peer(): number {
    return this.table[this.at + Row.peer]!;
  }
  get restarts(): number {
    return this.table[this.at + Row.restarts]!;
  }
  get beat(): bigint {
    return this.bytes.readBigUInt64LE(FIELDS_OF.slave.heartbeat);
  }
  set masterBeat(beat: bigint) {
    this.bytes.writeBigUInt64LE(beat, FIELDS_OF.master.heartbeat);
  }
  set generation(generation: number) {
    this.bytes.writeUInt32LE(generation, FIELDS_OF.master.identity);
  }
  /** A look after `ms`, in which our own process ran. */
  after(ms: number): boolean {
    this.nowMs += ms;
    return this.pulse.look(this.nowMs);
  }
}

describe('Pulse', () => {
  it('beats in its own counter only', () => {
    const patient = new Patient();
    const before = Buffer.from(patient.bytes);
    patient.pulse.beat(patient.nowMs);
    before.writeBigUInt64LE(1n, FIELDS_OF.slave.heartbeat);
    assert.ok(before.equals(patient.bytes));
    assert.equal(patient.pulse.registration, 9);
  });

  it('beats as seldom as the threshold allows, and obeys a shorter one at the next pass', () => {
    const patient = new Patient({ thresholdMs: 100 });
    /** Passes each millisecond; returns after how many ms each the heartbeat moved. */
    const gaps = (ms: number): number[] => {
      const found: number[] = [];
      let last = patient.beat;
      for (let i = 0, since = 0; i < ms; i++) {
        patient.nowMs++;
        since++;
        patient.pulse.beat(patient.nowMs);
        if (patient.beat === last) continue;
        // The first gap began before.
        if (found.length > 0) assert.equal(Number(patient.beat - last), since, 'it counts the milliseconds');
        last = patient.beat;
        found.push(since);
        since = 0;
      }
      return found;
    };
    patient.pulse.beat(patient.nowMs);
    assert.deepEqual(new Set(gaps(20)), new Set([1]), 'while it is young');
    assert.deepEqual(new Set(gaps(80).slice(1)), new Set([8]));
    for (const thresholdMs of [0, 1, 5, 20, 23]) {
      patient.bytes.writeUInt32LE(thresholdMs, STALE_THRESHOLD_AT);
      assert.deepEqual(new Set(gaps(20).slice(1)), new Set([1]), `${thresholdMs}`);
    }
    patient.bytes.writeUInt32LE(50, STALE_THRESHOLD_AT);
    assert.deepEqual(new Set(gaps(40).slice(1)), new Set([4]));
    for (const thresholdMs of [96, 10_000, 2 ** 32 - 1]) {
      patient.bytes.writeUInt32LE(thresholdMs, STALE_THRESHOLD_AT);
      assert.deepEqual(new Set(gaps(80).slice(1)), new Set([8]), `${thresholdMs}`);
    }
    patient.bytes.writeUInt32LE(5, STALE_THRESHOLD_AT);
    assert.equal(gaps(1).length + gaps(1).length, 2, 'at once');
  });

  it('asks for its next pass when the next beat is due, and each millisecond while somebody waits or has just waited', () => {
    const patient = new Patient({ thresholdMs: 100 });
    const { pulse, table, at } = patient;
    patient.nowMs += 1000;
    pulse.beat(patient.nowMs);
    assert.equal(pulse.pauseMs(patient.nowMs), 8);
    patient.nowMs += 3;
    pulse.beat(patient.nowMs);
    assert.equal(pulse.pauseMs(patient.nowMs), 5);
    table[at + Row.armed] = Armed.read;
    assert.equal(pulse.pauseMs(patient.nowMs), 5, 'a lazy wait is looked after with the beats');
    table[at + Row.readLookUs] = 1000;
    table[at + Row.readLongestLookUs] = 1000;
    assert.equal(pulse.pauseMs(patient.nowMs), 1);
    table[at + Row.armed] = 0;
    assert.equal(pulse.pauseMs(patient.nowMs + 2), 1, 'another wait may follow');
    pulse.beat(patient.nowMs + 100);
    assert.equal(pulse.pauseMs(patient.nowMs + 100), 8);
    table[at + Row.restAsked] = 1;
    assert.equal(pulse.pauseMs(patient.nowMs + 100), 1, 'a reader asks where the writer rests');
  });

  it('looks ever more seldom for a wait that lasts, and closely again for the next', () => {
    const patient = new Patient({ thresholdMs: 100 });
    const { pulse, table, at } = patient;
    table[at + Row.lookUs] = 100;
    table[at + Row.longestLookUs] = 1000;
    const since = (ms: number) => {
      new Float64Array(table.buffer)[(at + Row.since) >>> 1] = ms + ORIGIN_MS;
    };
    since(patient.nowMs);
    table[at + Row.armed] = Armed.message;
    /** The time to the next look, where the heart has just beaten. */
    const pauseMs = (afterMs: number) => {
      pulse.beat(patient.nowMs + afterMs);
      return pulse.pauseMs(patient.nowMs + afterMs);
    };
    const pauses = [0, 0.4, 2.4, 5, 50, 5000].map(pauseMs);
    assert.deepEqual(
      pauses.map((ms) => Math.round(ms * 1000) / 1000),
      [0.1, 0.15, 0.4, 0.725, 1, 1],
    );
    table[at + Row.longestLookUs] = 8000;
    assert.deepEqual(
      [5200, 5512, 6024, 10_000].map((ms) => {
        since(patient.nowMs + 5000);
        return pauseMs(ms);
      }),
      [1, 2, 4, 8],
      'after a long silence',
    );
    assert.equal(pulse.pauseMs(patient.nowMs + 10_005), 3, 'the next beat is due before the next look');
    since(patient.nowMs + 10_005);
    assert.equal(pulse.pauseMs(patient.nowMs + 10_005), 0.1);
  });

  it('lets the alarm of a read that has ended pass, also while a send waits', () => {
    const patient = new Patient({ thresholdMs: 100 });
    const { pulse, table, at } = patient;
    table[at + Row.lookUs] = table[at + Row.readLookUs] = 1000;
    table[at + Row.longestLookUs] = table[at + Row.readLongestLookUs] = 1000;
    new Float64Array(table.buffer)[(at + Row.alarm) >>> 1] = patient.nowMs + 0.5 + ORIGIN_MS;
    table[at + Row.armed] = Armed.message;
    pulse.beat(patient.nowMs);
    assert.ok(pulse.pauseMs(patient.nowMs) < 0.5, 'the alarm is near');
    table[at + Row.armed] = Armed.read;
    assert.equal(pulse.pauseMs(patient.nowMs), 1);
    patient.nowMs += 3;
    pulse.beat(patient.nowMs);
    assert.equal(pulse.wakes(patient.nowMs), false);
    assert.equal(pulse.pauseMs(patient.nowMs), 1, 'it is past');
  });

  it('looks no closer for a lazy read because a send has waited', () => {
    const patient = new Patient({ thresholdMs: 100 });
    const { pulse, table, at } = patient;
    table[at + Row.readLookUs] = 100;
    table[at + Row.readLongestLookUs] = 1000;
    pulse.beat(patient.nowMs);
    table[at + Row.armed] = Armed.message | Armed.read;
    assert.ok(pulse.pauseMs(patient.nowMs) < 8);
    table[at + Row.armed] = Armed.message;
    assert.ok(pulse.pauseMs(patient.nowMs + 1) < 1, 'another send may follow');
    pulse.beat(patient.nowMs + 100);
    assert.equal(pulse.pauseMs(patient.nowMs + 100), 8);
  });

  it('wakes a read that watches the count when only that moves', () => {
    const patient = new Patient();
    const { pulse, table, at } = patient;
    table[at + Row.armed] = Armed.message;
    const count = new Int32Array(patient.bytes.buffer, masterToSlave + channel.writeCount, 1);
    count[0] = 1;
    assert.equal(pulse.wakes(patient.nowMs), false, 'others have what they need in the sequence');
    table[at + Row.armed] = Armed.message | Armed.counted | Armed.read;
    table[at + Row.writeCountSeen] = 1;
    assert.equal(pulse.wakes(patient.nowMs), false);
    count[0] = 2;
    assert.equal(pulse.wakes(patient.nowMs), true);
    assert.equal(table[at + Row.armed], Armed.read);
  });

  it('does not beat for a role that another has taken, and has that to report once', () => {
    const patient = new Patient();
    patient.pulse.beat(patient.nowMs);
    assert.equal(patient.pulse.notice(), false);
    patient.bytes.writeInt32LE(OWN_PID + 1, FIELDS_OF.slave.pid);
    patient.pulse.beat(patient.nowMs + 1);
    assert.equal(patient.bytes.readBigUInt64LE(FIELDS_OF.slave.heartbeat), 1n);
    assert.deepEqual([patient.pulse.notice(), patient.pulse.notice()], [true, false]);
  });

  it('keeps its flag up while the role is its own, and leaves that of another alone', () => {
    const patient = new Patient();
    const flag = () => patient.bytes.readUInt32LE(FIELDS_OF.slave.alive);
    patient.bytes.writeUInt32LE(0, FIELDS_OF.slave.alive);
    patient.pulse.keepFlag();
    assert.equal(flag(), 1);
    patient.bytes.writeInt32LE(OWN_PID + 1, FIELDS_OF.slave.pid);
    patient.bytes.writeUInt32LE(0, FIELDS_OF.slave.alive);
    patient.pulse.keepFlag();
    assert.equal(flag(), 0);
  });

  it('a look that began before the slave moved to a new segment does not call its master stale', () => {
    const patient = new Patient();
    patient.after(20);
    patient.after(20);
    patient.after(20);
    patient.after(20);
    const { load } = Atomics;
    // Between two instructions of the look: the state of the peer is loaded, its heartbeat not yet.
    Atomics.load = ((words: Int32Array | BigInt64Array, index: number) => {
      if (words !== patient.table) {
        Atomics.load = load;
        patient.table[patient.at + Row.peer] = Peer.alive;
      }
      return load(words as Int32Array, index);
    }) as typeof Atomics.load;
    patient.table[patient.at + Row.peer] = Peer.absent;
    assert.equal(patient.after(20), false);
    assert.equal(patient.peer, Peer.alive);
  });

  it('counts anew after a move, also where the new master stands at the very count of the last', () => {
    const patient = new Patient({ thresholdMs: 100 });
    const { table, at } = patient;
    patient.masterBeat = 150n;
    patient.after(10);
    while (patient.peer !== Peer.stale) patient.after(10);
    // In the new segment, when its master has lived as long as the last one.
    table[at + Row.peer] = Peer.alive;
    table[at + Row.moves] = table[at + Row.moves]! + 2;
    for (let ms = 0; ms < 90; ms += 10) patient.after(10);
    assert.equal(patient.peer, Peer.alive);
    patient.after(10);
    patient.after(10);
    assert.equal(patient.peer, Peer.stale);
  });

  it('finds a still peer stale after the threshold, once, and not before', () => {
    const patient = new Patient();
    for (let ms = 10; ms < 100; ms += 10) assert.equal(patient.after(10), false, `after ${ms} ms`);
    assert.equal(patient.peer, Peer.alive);
    assert.equal(patient.after(10), true);
    assert.equal(patient.peer, Peer.stale);
    assert.equal(patient.after(10), false, 'told once');
  });

  it('a beat in between begins the time anew, and a stale peer that beats recovers', () => {
    const patient = new Patient();
    for (let i = 0; i < 9; i++) patient.after(10);
    patient.masterBeat = 1n;
    assert.equal(patient.after(10), false);
    for (let i = 0; i < 9; i++) assert.equal(patient.after(10), false);
    assert.equal(patient.after(10), true);
    patient.masterBeat = 2n;
    assert.equal(patient.after(10), true);
    assert.deepEqual([patient.peer, patient.restarts], [Peer.alive, 0]);
  });

  it('does not hold a pause of our own against the peer', () => {
    const patient = new Patient();
    for (let i = 0; i < 4; i++) assert.equal(patient.after(60_000), false, `pause ${i}`);
    assert.equal(patient.after(60_000), true, 'five looks of 20 ms each');
  });

  it('a threshold of 0 still needs two looks, and one of 2^32-1 never ends', () => {
    const none = new Patient({ thresholdMs: 0 });
    assert.deepEqual([none.after(10), none.after(10)], [false, true]);
    const endless = new Patient({ thresholdMs: 2 ** 32 - 1 });
    for (let i = 0; i < 10_000; i++) assert.equal(endless.after(20), false);
  });

  it('reads the threshold anew at each look', () => {
    const patient = new Patient({ thresholdMs: 10_000 });
    for (let i = 0; i < 20; i++) patient.after(10);
    patient.bytes.writeUInt32LE(50, STALE_THRESHOLD_AT);
    assert.equal(patient.after(10), true);
  });

  it('a peer that never came is no loss to a master, and is to a slave', () => {
    const master = new Patient({ peer: Peer.absent, mayBeAbsent: true });
    for (let i = 0; i < 100; i++) assert.equal(master.after(20), false);
    assert.equal(master.peer, Peer.absent);
    master.masterBeat = 1n;
    assert.equal(master.after(10), true);
    for (let i = 0; i < 9; i++) master.after(10);
    assert.equal(master.after(10), true, 'once it has come it can be lost');
    const slave = new Patient({ peer: Peer.absent });
    for (let i = 0; i < 9; i++) slave.after(10);
    assert.equal(slave.after(10), true);
    assert.equal(slave.peer, Peer.stale);
  });

  it('a peer that has put its flag up and dies before its first beat is lost to a master too', () => {
    const master = new Patient({ peer: Peer.absent, mayBeAbsent: true });
    for (let i = 0; i < 100; i++) master.after(20);
    master.bytes.writeUInt32LE(1, FIELDS_OF.master.alive);
    assert.equal(master.after(10), true);
    assert.equal(master.peer, Peer.alive, 'it has the time to show a beat');
    for (let i = 0; i < 9; i++) assert.equal(master.after(10), false);
    assert.equal(master.after(10), true);
    assert.equal(master.peer, Peer.stale);
  });

  it('counts another peer by its identity or by a counter that ran backwards', () => {
    const patient = new Patient();
    patient.masterBeat = 500n;
    patient.after(10);
    patient.generation = 2;
    assert.equal(patient.after(10), true);
    assert.equal(patient.restarts, 1);
    patient.masterBeat = 3n;
    assert.equal(patient.after(10), true);
    assert.equal(patient.restarts, 2);
    patient.masterBeat = 4n;
    assert.equal(patient.after(10), false);
    assert.deepEqual([patient.restarts, patient.peer], [2, Peer.alive]);
  });
});

describe('the table', () => {
  it('gives every address back', () => {
    const table = createTable(1);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 47 - 1 }), (address) => {
        storeAddress(table, rowAt(0), address);
        assert.equal(loadAddress(table, rowAt(0)), address);
      }),
      { examples: [[2 ** 31], [2 ** 32 - 1], [2 ** 32], [2 ** 47 - 1]] },
    );
  });

  it('has all its rows free, one behind the other', () => {
    const table = createTable(3);
    assert.equal(table.length, rowAt(3));
    assert.ok(table.every((word) => word === 0));
    assert.ok(rowAt(1) - rowAt(0) > Math.max(...Object.values(Row)));
  });
});
