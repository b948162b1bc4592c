import assert from 'node:assert/strict';
import { CycleWatch } from '../../../lib/heartbeat/cycle-watch.js';
import { HeartbeatRest } from '../../../lib/heartbeat/rest-finder.js';
import { createTable, rowAt } from '../../../lib/heartbeat/table.js';

/** Indices of the words of a channel without data. */
const [SEQUENCE, COUNT, IDENTITY, BEAT] = [0, 2, 3, 4];

describe('CycleWatch', () => {
  let words: Int32Array;
  let watch: CycleWatch;
  let rest: HeartbeatRest;
  let nowMs: number;
  beforeEach(() => {
    words = new Int32Array(new SharedArrayBuffer(64));
    const table = createTable(1);
    nowMs = 0;
    watch = new CycleWatch(table, rowAt(0), {
      words,
      sequence: SEQUENCE,
      writeCount: COUNT,
      identity: IDENTITY,
      heartbeat: BEAT,
      memory: { pullChannel: () => true },
    });
    rest = new HeartbeatRest(table, rowAt(0));
    words[IDENTITY] = 7;
  });

  /** A look of the worker at a channel with this drift and count. */
  function look(drift: number, count: number): void {
    words[SEQUENCE] = 2 * count + drift;
    words[COUNT] = count;
    watch.watch(() => {
      nowMs += 0.6;
      return nowMs;
    });
  }

  it('finds where a writer rests that goes on with what a dead one left', () => {
    assert.equal(rest.of(7), undefined, 'asks');
    look(1, 5);
    look(1, 6);
    assert.equal(rest.of(7), undefined);
    look(3, 6);
    assert.equal(rest.of(7), 1);
    assert.equal(rest.of(7), 1, 'and goes on knowing it');
  });

  /** One pass, in which a slow writer with this drift writes a message. */
  function watchMessage(drift: number, count: number): void {
    let clocks = 0;
    watch.watch(() => {
      // The first look at the clock is before the first look at the channel.
      if (++clocks === 2) {
        words[SEQUENCE] = 2 * count + drift;
        words[COUNT] = count;
        words[BEAT] = 10 * count;
      }
      nowMs += 0.4;
      return nowMs;
    });
  }

  it('guesses where a slow writer rests by what it is met in as soon as a message is counted', () => {
    assert.equal(rest.of(7), undefined, 'asks');
    words[SEQUENCE] = 1;
    let passes = 0;
    for (; rest.of(7) === undefined; passes++) watchMessage(1, passes);
    assert.equal(rest.of(7), 1);
    assert.equal(rest.isGuess, true);
    assert.ok(passes >= 4 && passes < 24, `after ${passes} passes`);
    rest.takeBack();
    assert.equal(rest.of(7), undefined, 'asks anew');
    look(1, 100);
    look(3, 100);
    assert.equal(rest.of(7), 1);
    assert.equal(rest.isGuess, false, 'this is certain');
  });

  it('a message that came between two passes was not watched', () => {
    rest.of(7);
    words[SEQUENCE] = 1;
    for (let count = 0; count < 20; count++) {
      words[BEAT] = 10 * count;
      look(1, count);
      assert.equal(rest.of(7), undefined, `${count}`);
    }
  });

  it('does nothing unless it is asked, nor once that is taken back', () => {
    look(1, 5);
    look(3, 5);
    assert.equal(rest.of(7), undefined);
    rest.takeBack();
    look(1, 6);
    look(3, 6);
    assert.equal(rest.of(7), undefined, 'asks anew');
    look(1, 7);
    assert.equal(rest.of(7), undefined, 'what was seen before the question tells nothing');
    look(3, 7);
    assert.equal(rest.of(7), 1);
  });

  it('says nothing of another writer than the one it has watched', () => {
    rest.of(7);
    look(1, 5);
    words[IDENTITY] = 8;
    look(3, 5);
    assert.equal(rest.of(8), undefined, 'the states of two writers are no cycle');
    look(5, 6);
    assert.equal(rest.of(7), undefined, 'asks anew where the answer is about another');
    assert.equal(rest.of(8), undefined);
    look(3, 8);
    look(5, 8);
    assert.equal(rest.of(8), 3);
  });

  it('stops looking closely at a channel without messages', () => {
    rest.of(7);
    words[SEQUENCE] = 11;
    words[COUNT] = 5;
    let clocks = 0;
    const clock = () => {
      clocks++;
      nowMs += 0.3;
      return nowMs;
    };
    watch.watch(clock);
    assert.ok(clocks > 2, 'looks for a while');
    nowMs += 6000;
    clocks = 0;
    watch.watch(clock);
    assert.equal(clocks, 1);
  });
});
