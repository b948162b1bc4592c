import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sparkline } from '../../../../lib/cli/printing/spark.js';

const LOCALE = ['LC_ALL', 'LC_CTYPE', 'LANG'] as const;

describe('sparkline()', () => {
  const before = { ...process.env };

  function setLocale(values: { [name in (typeof LOCALE)[number]]?: string }): void {
    for (const name of LOCALE) delete process.env[name];
    Object.assign(process.env, values);
  }

  beforeEach(() => setLocale({ LANG: 'C.UTF-8' }));
  after(() => {
    for (const name of LOCALE) delete process.env[name];
    for (const name of LOCALE) if (before[name] !== undefined) process.env[name] = before[name];
  });

  it('goes from the lowest bar to the highest', () => {
    assert.equal(sparkline([1, 2, 3, 4, 5, 6, 7, 8], 8), '▁▂▃▄▅▆▇█');
    assert.equal(sparkline([0, 100, 1], 8), ' █▁');
  });

  it('shows the newest values where there are more than fit', () => {
    assert.equal(sparkline([8, 8, 8, 1, 8], 2), '▁█');
  });

  it('is empty for no values, and blank for nothing but 0', () => {
    assert.equal(sparkline([], 5), '');
    assert.equal(sparkline([0, 0], 5), '  ');
  });

  it('has ASCII bars where the locale is not UTF-8', () => {
    setLocale({ LANG: 'C' });
    assert.equal(sparkline([1, 8], 2), '_#');
    setLocale({});
    assert.equal(sparkline([1, 8], 2), '_#');
    setLocale({ LC_ALL: 'de_DE.utf8', LANG: 'C' });
    assert.equal(sparkline([1, 8], 2), '▁█');
    setLocale({ LC_CTYPE: 'POSIX', LANG: 'en_GB.UTF-8' });
    assert.equal(sparkline([1, 8], 2), '_#');
  });

  it('has one character a value, and the highest for the largest', () => {
    const rates = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(rates, fc.integer({ min: 1, max: 60 }), (values, width) => {
        const line = [...sparkline(values, width)];
        const shown = values.slice(-width);
        assert.equal(line.length, shown.length);
        const most = Math.max(...shown);
        for (const [index, value] of shown.entries()) {
          if (value === most && most > 0) assert.equal(line[index], '█');
          assert.equal(line[index] === ' ', value === 0);
        }
      }),
    );
  });
});
