import assert from 'node:assert/strict';
import { ORDERS, type OrderKey, type Row, sortRows } from '../../../../lib/cli/looking/roster.js';
import { channelOf, statOf } from '../samples.js';

function rowOf(id: number, over: Partial<Row> & { changedAtS?: number } = {}): Row {
  const { changedAtS = 1_000, ...rest } = over;
  return {
    label: `channel ${id}`,
    channel: channelOf('master-fresh.bin', { stat: statOf({ id, changedAtS }) }),
    state: 'live',
    rates: undefined,
    history: [],
    ...rest,
  };
}

/** Rates of a channel that loses so many messages a second. */
function losing(missed: number): NonNullable<Row['rates']> {
  return { masterBeats: 0, slaveBeats: 0, m2sWrites: 0, m2sReads: 0, s2mWrites: 0, s2mReads: 0, missed };
}

describe('sortRows()', () => {
  const rows = [
    rowOf(1, { label: 'b', history: [9, 1], rates: losing(1e6), changedAtS: 30 }),
    rowOf(2, { label: 'c', history: [0, 5], rates: losing(2e6), changedAtS: 10, state: 'stale' }),
    rowOf(3, { label: 'a', rates: losing(1), changedAtS: 20, state: 'gone' }),
    rowOf(4, { label: 'd', rates: losing(1), changedAtS: 40 }),
  ];
  const expected: Record<OrderKey, number[]> = {
    r: [2, 1, 3, 4],
    k: [3, 1, 2, 4],
    s: [2, 3, 1, 4],
    m: [2, 1, 3, 4],
    a: [2, 3, 1, 4],
  };
  for (const [order, ids] of Object.entries(expected) as [OrderKey, number[]][]) {
    it(`by ${ORDERS[order].title}, then by id`, () => {
      const shuffled = rows.toReversed();
      assert.deepEqual(
        sortRows(shuffled, order).map(({ channel }) => channel.stat.id),
        ids,
      );
      assert.deepEqual(shuffled, rows.toReversed(), 'in a copy');
    });
  }
});
