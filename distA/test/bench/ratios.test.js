import assert from 'node:assert/strict';
import { breaksBeyondNoise, holds, MAX_NOISE, ratiosOf } from '../../bench/ratios.js';
import { SCENARIOS } from '../../bench/scenarios/index.js';
import { median, relativeSpread, UNKNOWN_SPREAD } from '../../bench/statistics.js';
import { TARGETS } from '../../bench/targets.js';
const atMost = { numerator: 'a', denominator: 'b', comparison: '<=', limit: 2 };
const atLeast = { numerator: 'a', denominator: 'b', comparison: '>=', limit: 100 };
function row(id, ...perRound) {
    return { id, unit: 'ns', value: median(perRound), rounds: perRound.length, perRound };
}
describe('ratios of a benchmark run', () => {
    it('are the quotients of two medians, with their targets', () => {
        const [ratio] = ratiosOf([row('a', 30, 10, 20), row('b', 10)], [atMost]);
        assert.equal(ratio.id, 'a / b');
        assert.equal(ratio.value, 2);
        assert.equal(ratio.target, '<= 2');
        assert.equal(ratio.holds, true);
    });
    it('are left out where a row is missing', () => {
        assert.deepEqual(ratiosOf([row('a', 1)], [atMost]), []);
    });
    it('hold up to their limit and not beyond', () => {
        assert.equal(holds(atMost, 2), true);
        assert.equal(holds(atMost, 2.001), false);
        assert.equal(holds(atLeast, 100), true);
        assert.equal(holds(atLeast, 99.9), false);
    });
    it('break a target only beyond the noise, of which a quarter counts at most', () => {
        const ratio = { id: 'a / b', target: '', holds: false };
        assert.equal(breaksBeyondNoise(atMost, { ...ratio, value: 2.19, noise: 0.1 }), false);
        assert.equal(breaksBeyondNoise(atMost, { ...ratio, value: 2.21, noise: 0.1 }), true);
        assert.equal(breaksBeyondNoise(atMost, { ...ratio, value: 2 * (1 + MAX_NOISE) + 0.01, noise: 3 }), true);
        assert.equal(breaksBeyondNoise(atLeast, { ...ratio, value: 91, noise: 0.1 }), false);
        assert.equal(breaksBeyondNoise(atLeast, { ...ratio, value: 90, noise: 0.1 }), true);
    });
    it('take their noise from the middle half of the rounds, so that one spoilt round does not count', () => {
        assert.equal(relativeSpread([10, 10, 10, 10, 900]), 0);
        assert.equal(relativeSpread([8, 9, 10, 11, 12]), 0.1);
        assert.equal(relativeSpread([10, 10]), UNKNOWN_SPREAD);
        const [ratio] = ratiosOf([row('a', 8, 9, 10, 11, 12), row('b', 8, 9, 10, 11, 12)], [atMost]);
        assert.equal(ratio.noise, 0.2);
    });
    it('have a scenario for both rows of every target', () => {
        const ids = new Set(SCENARIOS.map(({ id }) => id));
        for (const { numerator, denominator } of TARGETS) {
            assert.ok(ids.has(numerator), numerator);
            assert.ok(ids.has(denominator), denominator);
        }
        assert.equal(ids.size, SCENARIOS.length, 'no id twice');
    });
    it('median() is the middle value, or the mean of the middle two', () => {
        assert.equal(median([3, 1, 2]), 2);
        assert.equal(median([4, 1, 3, 2]), 2.5);
    });
});
//# sourceMappingURL=ratios.test.js.map