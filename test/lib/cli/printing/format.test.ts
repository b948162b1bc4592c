import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  formatAge,
  formatBytes,
  formatCount,
  formatMode,
  formatShort,
  toJsonNumber,
} from '../../../../lib/cli/printing/format.js';

describe('formats of numbers', () => {
  const cases: [what: string, shown: string, expected: string][] = [
    ['a count', formatCount(999), '999'],
    ['thousands', formatCount(1000), '1,000'],
    ['the largest counter', formatCount(2n ** 64n - 1n), '18,446,744,073,709,551,615'],
    ['a short count', formatShort(999), '999'],
    ['a short rate', formatShort(12.34), '12.3'],
    ['a thousand in short', formatShort(1000), '1.0k'],
    ['the most thousands with a digit', formatShort(99_949), '99.9k'],
    ['thousands without a digit', formatShort(99_950), '100k'],
    ['the most thousands', formatShort(999_499), '999k'],
    ['a million in short', formatShort(999_500n), '1.0M'],
    ['a billion in short', formatShort(4_500_000_000n), '4.5G'],
    ['a trillion in short', formatShort(10n ** 12n), '1.0T'],
    ['more than that', formatShort(2n ** 64n - 1n), '2e+19'],
    ['bytes', formatBytes(8576), '8,576 B'],
    ['the most bytes', formatBytes(65_535), '65,535 B'],
    ['KiB', formatBytes(65_536), '64.0 KiB'],
    ['MiB', formatBytes(2 ** 20), '1.0 MiB'],
    ['GiB', formatBytes(1.5 * 2 ** 30), '1.5 GiB'],
    ['a moment', formatAge(0.9), '0s'],
    ['a clock that runs behind', formatAge(-3), '0s'],
    ['seconds', formatAge(59.9), '59s'],
    ['minutes', formatAge(60), '1m'],
    ['hours', formatAge(3600), '1h'],
    ['days', formatAge(86_400 * 12), '12d'],
    ['a mode', formatMode(0o666), '0666'],
    ['a narrow mode', formatMode(0o4), '0004'],
  ];
  for (const [what, shown, expected] of cases) {
    it(`${what}: ${expected}`, () => assert.equal(shown, expected));
  }

  it('a short count has five characters at most and the right size', () => {
    const units = { k: 1e3, M: 1e6, G: 1e9, T: 1e12 };
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (count) => {
        const text = formatShort(count);
        assert.ok(text.length <= 5, text);
        const [, digits, unit] = /^([\d.e+]+)([kMGT]?)$/.exec(text) ?? [];
        const value = Number(digits) * (units[unit as keyof typeof units] ?? 1);
        assert.ok(Math.abs(value - Number(count)) <= 0.5 * Number(count), text);
      }),
    );
  });

  it('a counter for JSON is a number as long as that is exact', () => {
    assert.equal(toJsonNumber(2n ** 53n - 1n), 2 ** 53 - 1);
    assert.equal(toJsonNumber(2n ** 53n), '9007199254740992');
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (count) => {
        assert.equal(BigInt(toJsonNumber(count)), count);
      }),
    );
  });
});
