/** The mapped observer: that it sees the bytes of a word change one by one, and tells a harmful order from a good one. */
import assert from 'node:assert/strict';
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { fileOf } from '../support/channels.js';
import { type Peers, requirePeers } from './build.js';
import { cleanUp, uniqueName } from './helpers.js';
import { Observer } from './observer.js';
import { PeerProcess } from './peer-process.js';

const SEQUENCE_AT = 128;
const WRITE_COUNT_AT = 128 + 4104;
const LOW_FIRST = [0, 1, 2, 3, 4, 5, 6, 7];
const HIGH_FIRST = [...LOW_FIRST].reverse();

describe('the mapped observer', () => {
  let peers: Peers;
  let name: string;
  let fd: number;
  let observer: Observer;

  before(async function () {
    peers = await requirePeers(this, ['c++'], { library: 'plain', shm: 'posix' });
  });

  beforeEach(() => {
    name = uniqueName('observer');
    writeFileSync(fileOf(name), Buffer.alloc(8576));
    fd = openSync(fileOf(name), 'r+');
  });

  afterEach(async () => {
    closeSync(fd);
    await Observer.killAll();
    await cleanUp();
  });

  /** Changes a word by one byte in each call, in this order, and waits until the observer has seen each. */
  async function change(at: number, from: bigint, to: bigint, order: readonly number[]): Promise<void> {
    const [before, after] = [Buffer.alloc(8), Buffer.alloc(8)];
    before.writeBigUInt64LE(from);
    after.writeBigUInt64LE(to);
    for (const i of order) {
      if (before[i] === after[i]) continue;
      writeSync(fd, after, i, 1, at + i);
      for (let round = 0; round < 2; round++) await observer.look();
    }
  }

  async function set(at: number, value: bigint): Promise<void> {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(value);
    writeSync(fd, bytes, 0, at === SEQUENCE_AT ? 4 : 8, at);
  }

  for (const top of [0xffn, 0xffffn, 0xffffffn, 0xffffffffn]) {
    it(`sees every state of a count that goes beyond 0x${top.toString(16)}, the lowest byte first`, async () => {
      await set(WRITE_COUNT_AT, top);
      observer = await Observer.start(name, { 'm2s.write_count': 'rising' });
      await change(WRITE_COUNT_AT, top, top + 1n, LOW_FIRST);
      await change(WRITE_COUNT_AT, top + 1n, top + 2n, LOW_FIRST);
      const { states, seen, violations, last } = (await observer.stop())['m2s.write_count'];
      const bytes = top.toString(16).length / 2;
      const expected = LOW_FIRST.slice(0, bytes).map((i) => top & (-1n << BigInt(8 * (i + 1))));
      assert.deepEqual(
        { states, seen, violations, last },
        { states: bytes + 2, seen: expected, violations: 0, last: top + 2n },
      );
    });

    it(`finds fault with one that changes its highest byte first at 0x${top.toString(16)}`, async () => {
      await set(WRITE_COUNT_AT, top);
      observer = await Observer.start(name, { 'm2s.write_count': 'rising' });
      await change(WRITE_COUNT_AT, top, top + 1n, HIGH_FIRST);
      await change(WRITE_COUNT_AT, top + 1n, top + 2n, HIGH_FIRST);
      const { violations, first } = (await observer.stop())['m2s.write_count'];
      assert.equal(violations, 1);
      assert.equal(first, `0x${(top + 2n).toString(16)}-after-0x${(top + 1n).toString(16)}`);
    });

    it(`sees every state of a sequence that goes beyond 0x${top.toString(16)}, the lowest byte last`, async () => {
      const word = (value: bigint) => value & 0xffffffffn;
      await set(SEQUENCE_AT, top - 1n);
      observer = await Observer.start(name, { 'm2s.sequence': 'even-rising' });
      for (const [from, to] of [
        [top - 1n, top],
        [top, top + 1n],
        [top + 1n, top + 2n],
        [top + 2n, top + 3n],
      ] as const)
        await change(SEQUENCE_AT, word(from), word(to), HIGH_FIRST);
      const { violations, between, last } = (await observer.stop())['m2s.sequence'];
      assert.equal(violations, 0);
      assert.equal(between, top === 0xffffffffn ? 3 : top.toString(16).length / 2);
      assert.equal(last, word(top + 3n));
    });

    it(`finds fault with one that changes its lowest byte first at 0x${top.toString(16)}`, async () => {
      await set(SEQUENCE_AT, top - 1n);
      observer = await Observer.start(name, { 'm2s.sequence': 'even-rising' });
      await change(SEQUENCE_AT, top - 1n, top, LOW_FIRST);
      await change(SEQUENCE_AT, top, (top + 1n) & 0xffffffffn, LOW_FIRST);
      const { violations, first } = (await observer.stop())['m2s.sequence'];
      // Beyond the whole word all lower bytes fall, and what they fall to is already less than what was there.
      assert.ok(violations > 0, `${violations} violations`);
      assert.match(first ?? '', /-after-0x/);
    });
  }

  it('finds fault with a count that is ahead of its sequence', async () => {
    observer = await Observer.start(name, { 'm2s.write_count': 'announced' });
    await change(WRITE_COUNT_AT, 0n, 1n, LOW_FIRST);
    await change(SEQUENCE_AT, 0n, 2n, LOW_FIRST);
    assert.equal((await observer.stop())['m2s.write_count'].violations, 1);
  });

  it('finds no fault with a writer that has the file mapped', async () => {
    const master = PeerProcess.start(peers);
    await master.open('master', name);
    observer = await Observer.start(name, {
      'm2s.sequence': 'even-rising',
      'm2s.write_count': 'announced',
      master_heartbeat: 'rising',
    });
    await master.command('burst 3000 16 50');
    const seen = await observer.stop();
    for (const { violations, first } of Object.values(seen))
      assert.deepEqual({ violations, first }, { violations: 0, first: undefined });
    assert.equal(seen['m2s.write_count'].last, 3000n);
    assert.ok(seen['m2s.sequence'].states > 100, `${seen['m2s.sequence'].states} states`);
  });

  it('says what it cannot look at', async () => {
    await assert.rejects(
      Observer.start(uniqueName('none'), { 'm2s.sequence': 'even-rising' }),
      /cannot map .*eshm_test-none/,
    );
    await assert.rejects(
      Observer.start(name, { 'm2s.sequence': 'announced' }),
      /unknown field or rule: m2s.sequence=announced/,
    );
  });
});
