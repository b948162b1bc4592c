import assert from 'node:assert/strict';
import { Cycle } from '../../../lib/channel/cycle.js';

const SMALL = 64;

describe('Cycle', () => {
  let cycle: Cycle;
  beforeEach(() => {
    cycle = new Cycle();
  });

  const looks = (...drifts: number[]) => drifts.map((drift, i) => cycle.look(drift, 5 + i, 0, SMALL)).at(-1);

  it('knows rest by the lowest and the highest state of a cycle, in any order', () => {
    for (const drifts of [
      [1, 2, 3],
      [2, 3, 1],
      [3, 1, 2],
      [3, 2, 1],
      [1, 3],
      [3, 1],
    ]) {
      cycle.reset();
      assert.equal(looks(drifts[0]!), 'nothing');
      assert.equal(looks(...drifts.slice(1)), 'certain', `${drifts}`);
      assert.equal(cycle.rest, 1);
    }
  });

  it('does not take two states of a repair that counts a message for those of a cycle', () => {
    assert.equal(looks(131, 129), 'nothing');
    cycle.reset();
    assert.equal(looks(129, 130, 131), 'certain', 'a repair that was cut short leaves a writer there');
  });

  it('no state stands long enough to be that of rest', () => {
    for (let beat = 0; beat < 1_000_000; beat += 1000) {
      assert.equal(cycle.look(3, 5, beat, SMALL), 'nothing');
    }
    assert.equal(cycle.sawWrite, false);
  });

  it('guesses at rest after 64 messages that were all met in one state, and no fewer', () => {
    for (let count = 0; count < 64; count++)
      assert.equal(cycle.look(7, count, 0, SMALL), 'nothing', `${count}`);
    assert.equal(cycle.look(7, 64, 0, SMALL), 'guess');
    assert.ok(cycle.sawWrite);
  });

  it('guesses at rest after 24 messages of a slow writer, and no fewer', () => {
    for (let i = 0; i < 24; i++) {
      assert.equal(cycle.look(7, i, 2 * i, SMALL), 'nothing', `${i}`);
      assert.equal(cycle.look(7, i, 2 * i + 1, SMALL), 'nothing', 'again the same one');
    }
    assert.equal(cycle.look(7, 24, 48, SMALL), 'guess');
    assert.equal(cycle.rest, 7);
  });

  it('guesses at rest of a slow writer that was met at work too, but of the lowest state alone', () => {
    cycle.look(7, 0, 0, SMALL);
    for (let i = 1; i < 24; i++) {
      cycle.look(8, i - 1, 2 * i - 1, SMALL);
      assert.equal(cycle.look(7, i, 2 * i, SMALL), 'nothing', `${i}`);
    }
    assert.equal(cycle.look(7, 24, 48, SMALL), 'guess');
    assert.equal(cycle.look(6, 25, 50, SMALL), 'certain', 'all three: what was guessed was wrong');
    assert.equal(cycle.rest, 6);
  });

  it('guesses at rest after 4 messages of a slow writer that were watched, and no fewer', () => {
    cycle.look(7, 0, 0, SMALL);
    for (let i = 1; i < 4; i++) assert.equal(cycle.look(7, i, 2 * i, SMALL, true), 'nothing', `${i}`);
    assert.equal(cycle.look(7, 4, 8, SMALL, false), 'nothing', 'the look before was too long ago');
    assert.equal(cycle.look(7, 6, 12, SMALL, true), 'nothing', 'one of two was not watched');
    assert.equal(cycle.look(8, 7, 14, SMALL, true), 'nothing', 'met at work');
    assert.equal(cycle.look(7, 7, 15, SMALL, true), 'nothing', 'counted before that');
    assert.equal(cycle.look(7, 8, 16, SMALL, true), 'guess');
    assert.equal(cycle.rest, 7);
  });

  it('messages of a writer that is not slow are watched in vain', () => {
    for (let i = 0; i < 60; i++) assert.equal(cycle.look(7, i, i >>> 2, SMALL, true), 'nothing', `${i}`);
  });

  it('a lower state ends what watching has shown', () => {
    for (let i = 0; i < 4; i++) cycle.look(7, i, 2 * i, SMALL, true);
    for (let i = 4; i < 7; i++) assert.equal(cycle.look(6, i, 2 * i, SMALL, true), 'nothing', `${i}`);
    assert.equal(cycle.look(6, 7, 14, SMALL, true), 'guess');
    assert.equal(cycle.rest, 6);
  });

  it('a lower state ends all guessing of a slow writer', () => {
    for (let i = 0; i < 23; i++) cycle.look(7, i, 2 * i, SMALL);
    for (let i = 23; i < 46; i++) assert.equal(cycle.look(6, i, 2 * i, SMALL), 'nothing', `${i}`);
    assert.equal(cycle.look(6, 46, 92, SMALL), 'guess');
    assert.equal(cycle.rest, 6);
  });

  it('guesses nothing of a writer that is not slow: met at work, or quicker for once', () => {
    for (let i = 0; i < 5000; i++) {
      const state = i % 2 === 0 ? 7 : 8;
      assert.equal(cycle.look(state, 3 * i, i, SMALL), 'nothing', 'three messages a beat');
    }
    cycle.reset();
    for (let i = 0; i < 500; i++) {
      const beat = i % 10 === 0 ? 2 * i - 2 : 2 * i;
      cycle.look(i % 10 === 5 ? 8 : 7, i, beat, SMALL);
      assert.equal(cycle.look(7, i, beat, SMALL), 'nothing', `${i}`);
    }
  });

  it('a heart that does not beat is no clock', () => {
    for (let i = 0; i < 500; i++)
      assert.equal(cycle.look(i % 8 === 0 ? 8 : 7, i, 0, SMALL), 'nothing', `${i}`);
  });

  it('guesses nothing of messages that take long to write', () => {
    for (let count = 0; count < 5000; count++) assert.equal(cycle.look(7, count, 0, 4097), 'nothing');
  });

  it('a second state ends all guessing, and takes a guess back', () => {
    for (let count = 0; count < 1500; count++) cycle.look(7, count, 0, SMALL);
    assert.equal(cycle.look(6, 1501, 0, SMALL), 'nothing');
    assert.equal(cycle.rest, 6);
    for (let count = 1502; count < 4000; count++) assert.equal(cycle.look(7, count, 0, SMALL), 'nothing');
  });

  it('forgets the states of another cycle', () => {
    looks(1, 2);
    assert.equal(looks(100), 'nothing', 'too far off to be of the same writer');
    assert.equal(looks(101, 102), 'certain');
    assert.equal(cycle.rest, 100);
    cycle.reset();
    looks(50, 20);
    assert.equal(looks(21), 'nothing', 'and downwards');
    assert.equal(looks(22), 'certain');
    assert.equal(cycle.rest, 20);
    cycle.reset();
    looks(5, 6);
    assert.equal(looks(4), 'certain', 'all three');
    assert.equal(looks(3), 'nothing', 'four are not of one writer');
    assert.equal(cycle.rest, 3);
  });

  it('drifts wrap at 32 bits', () => {
    looks(0x7fff_ffff, -0x8000_0000);
    assert.equal(looks(-0x7fff_ffff), 'certain');
    assert.equal(cycle.rest, 0x7fff_ffff);
  });

  it('what was seen before a heart started anew tells nothing of the writer that beats now', () => {
    assert.equal(cycle.look(1, 5, 5000, SMALL), 'nothing');
    assert.equal(cycle.look(3, 6, 10, SMALL), 'nothing');
    assert.equal(cycle.sawWrite, false);
    assert.equal(cycle.look(1, 7, 11, SMALL), 'certain');
  });

  it('the heartbeat may wrap its low half', () => {
    cycle.look(1, 5, 0x7fff_ffff, SMALL);
    assert.equal(cycle.look(3, 5, -0x8000_0000 + 60, SMALL), 'certain');
  });
});
