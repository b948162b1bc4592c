import assert from 'node:assert/strict';
import { Meets, Rest, type RestFinder } from '../../../lib/channel/rest.js';

/** A finder that says what it is told to say, of writer 7. */
class Finder implements RestFinder {
  answer: number | undefined;
  isGuess = false;
  takenBack = 0;
  of(identity: number): number | undefined {
    return identity === 7 ? this.answer : undefined;
  }
  takeBack(): void {
    this.takenBack++;
    this.answer = undefined;
  }
}

describe('Rest, of a writer that is watched more closely', () => {
  let rest: Rest;
  let finder: Finder;
  beforeEach(() => {
    rest = new Rest();
    finder = new Finder();
    rest.finder = finder;
    rest.reset(0);
    finder.takenBack = 0;
  });

  const meet = (drift: number, writes: number, identity = 7) =>
    rest.judge({ sequence: 2 * writes + drift, writes, identity, beat: 10 * writes, size: 64, stood: false });

  it('is at rest where it was found, for certain', () => {
    assert.equal(meet(3, 5), Meets.nothing);
    finder.answer = 3;
    assert.equal(meet(3, 6), Meets.other);
    assert.equal(rest.isGuess, false);
    assert.equal(meet(4, 6), Meets.nothing);
    assert.equal(meet(3, 7), Meets.rest);
  });

  it('is at rest where it was guessed to be, until it is met below that; what was found is taken back then', () => {
    assert.equal(meet(3, 5), Meets.nothing);
    finder.answer = 3;
    finder.isGuess = true;
    assert.equal(meet(3, 6), Meets.other);
    assert.equal(rest.isGuess, true);
    assert.equal(meet(3, 7), Meets.rest);
    assert.equal(finder.takenBack, 0);
    meet(2, 8);
    assert.equal(rest.isGuess, false);
    assert.equal(finder.takenBack, 1, 'it is asked anew');
    assert.equal(meet(3, 8), Meets.nothing);
    assert.equal(meet(4, 8), Meets.nothing);
    assert.equal(meet(2, 9), Meets.other, 'all three were met: certain');
    assert.equal(rest.isGuess, false);
  });

  it('is not at rest where it was guessed to be once it was met below that', () => {
    meet(2, 5);
    finder.answer = 3;
    finder.isGuess = true;
    assert.equal(meet(3, 5), Meets.nothing);
    assert.equal(rest.isGuess, false);
  });

  it('a guess about one writer is none about another', () => {
    meet(3, 5);
    finder.answer = 3;
    finder.isGuess = true;
    assert.equal(meet(3, 6), Meets.other);
    assert.equal(meet(3, 7, 8), Meets.nothing);
    assert.equal(rest.isGuess, false);
  });
});
