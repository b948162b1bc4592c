import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Column, clip, renderTable } from '../../../../lib/cli/printing/table.js';

interface Fruit {
  readonly name: string;
  readonly count: number;
  readonly note: string;
}

const COLUMNS: readonly Column<Fruit>[] = [
  { title: 'NAME', show: ({ name }) => name, maxWidth: 8 },
  { title: 'COUNT', show: ({ count }) => `${count}`, align: 'right', rank: 1 },
  { title: 'NOTE', show: ({ note }) => note, rank: 2 },
];

const FRUIT: readonly Fruit[] = [
  { name: 'apple', count: 7, note: 'red' },
  { name: 'blackcurrant', count: 1234, note: 'small, black' },
];

describe('renderTable()', () => {
  it('has titles, one line a row, aligned, cut to the width of the column, and no spaces at the end', () => {
    assert.deepEqual(renderTable(COLUMNS, FRUIT), [
      'NAME     COUNT NOTE',
      'apple        7 red',
      'blackcu…  1234 small, black',
    ]);
  });

  it('leaves out the least important column first, and keeps what has no rank', () => {
    assert.deepEqual(renderTable(COLUMNS, FRUIT, 20)[0], 'NAME     COUNT');
    assert.deepEqual(renderTable(COLUMNS, FRUIT, 10)[0], 'NAME');
    assert.deepEqual(renderTable(COLUMNS, FRUIT, 1)[0], 'NAME');
  });

  it('of two columns with one rank, the last goes first', () => {
    const columns = COLUMNS.map((column) => (column.title === 'NAME' ? column : { ...column, rank: 1 }));
    assert.deepEqual(renderTable(columns, FRUIT, 20)[0], 'NAME     COUNT');
  });

  it('fits the terminal whenever its first column does, whatever is in it', () => {
    const texts = fc.string({ maxLength: 30 }).map((text) => text.replaceAll(/[^ -~]/g, '?').trim());
    const fruits = fc.array(fc.record({ name: texts, count: fc.nat(), note: texts }), { maxLength: 5 });
    fc.assert(
      fc.property(fruits, fc.integer({ min: 8, max: 100 }), (rows, width) => {
        const lines = renderTable(COLUMNS, rows, width);
        assert.equal(lines.length, rows.length + 1);
        for (const line of lines) assert.ok([...line].length <= width, line);
      }),
    );
  });

  it('is painted after it was measured', () => {
    const painted = renderTable(COLUMNS, FRUIT, 80, (text, { name }, { title }) =>
      title === 'COUNT' && name === 'apple' ? `\x1b[31m${text}\x1b[39m` : text,
    );
    assert.equal(painted[1], 'apple        \x1b[31m7\x1b[39m red');
  });

  it('is the titles alone where there are no rows', () => {
    assert.deepEqual(renderTable(COLUMNS, []), ['NAME COUNT NOTE']);
  });
});

describe('clip()', () => {
  it('cuts by characters, with an ellipsis in the place of what is missing', () => {
    assert.equal(clip('hello', 5), 'hello');
    assert.equal(clip('hello', 4), 'hel…');
    assert.equal(clip('hello', 1), '…');
    assert.equal(clip('🙂🙂🙂', 3), '🙂🙂🙂');
    assert.equal(clip('🙂🙂🙂', 2), '🙂…');
    assert.equal(clip('hello'), 'hello');
  });
});
