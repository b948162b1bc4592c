import assert from 'node:assert/strict';
import { PhaseFinder } from '../../../lib/channel/phase.js';
describe('PhaseFinder', () => {
    let nowMs = 0;
    let finder;
    beforeEach(() => {
        nowMs = 0;
        finder = new PhaseFinder(() => nowMs);
    });
    it('knows rest by all three states of a cycle, in any order', () => {
        for (const [first, second, third] of [
            [1, 2, 3],
            [2, 3, 1],
            [3, 1, 2],
            [3, 2, 1],
        ]) {
            finder.reset();
            assert.equal(finder.look(first, 5, 0), undefined);
            assert.equal(finder.look(second, 5, 0), undefined);
            assert.equal(finder.look(third, 6, 0), 1);
        }
    });
    it('a state that stands for 100 ms while the heart beats is one of rest', () => {
        assert.equal(finder.look(3, 5, 0), undefined);
        nowMs = 99;
        assert.equal(finder.look(3, 5, 99), undefined);
        nowMs = 100;
        assert.equal(finder.look(3, 5, 100), 3);
        assert.equal(finder.sawWrite, false);
    });
    it('a stopped process has not rested', () => {
        finder.look(2, 5, 1000);
        nowMs = 60_000;
        assert.equal(finder.look(2, 5, 1049), undefined);
        assert.equal(finder.look(2, 5, 1050), 2);
    });
    it('the heartbeat may wrap its low half', () => {
        finder.look(3, 5, 0x7fff_ffff);
        nowMs = 100;
        assert.equal(finder.look(3, 5, -0x8000_0000 + 60), 3);
    });
    it('takes 64 messages in the same state for rest, and no fewer', () => {
        for (let count = 0; count < 64; count++)
            assert.equal(finder.look(7, count, 0), undefined, `${count}`);
        assert.equal(finder.look(7, 64, 0), 7);
        assert.ok(finder.sawWrite);
    });
    it('another state between begins the count anew', () => {
        for (let count = 0; count < 60; count++)
            finder.look(7, count, 0);
        finder.look(8, 60, 0);
        for (let count = 61; count < 120; count++)
            assert.equal(finder.look(7, count, 0), undefined);
    });
    it('forgets the states of another cycle', () => {
        finder.look(1, 5, 0);
        finder.look(2, 5, 0);
        assert.equal(finder.look(100, 6, 0), undefined, 'too far off to be of the same writer');
        assert.equal(finder.look(101, 6, 0), undefined);
        assert.equal(finder.look(102, 6, 0), 100);
        finder.reset();
        finder.look(50, 5, 0);
        assert.equal(finder.look(20, 6, 0), undefined, 'and downwards');
        finder.look(21, 6, 0);
        assert.equal(finder.look(22, 6, 0), 20);
    });
    it('drifts wrap at 32 bits', () => {
        finder.look(0x7fff_ffff, 5, 0);
        finder.look(-0x8000_0000, 5, 0);
        assert.equal(finder.look(-0x7fff_ffff, 5, 0), 0x7fff_ffff);
    });
    it('what was seen before a heart started anew tells nothing of the writer that beats now', () => {
        finder.look(1, 5, 5000);
        for (let count = 6; count < 14; count++) {
            nowMs += 15;
            const beat = nowMs - 15;
            const found = finder.look(1, count, beat);
            assert.equal(found, count === 13 ? 1 : undefined, `message ${count}`);
        }
        assert.ok(finder.sawWrite);
    });
});
//# sourceMappingURL=phase.test.js.map