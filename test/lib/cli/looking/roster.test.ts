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
    notRead: 0n,
    ...rest,
  };
}

describe('sortRows()', () => {
  const rows = [
    rowOf(1, { label: 'b', history: [9, 1], notRead: 2n ** 60n, changedAtS: 30 }),
    rowOf(2, { label: 'c', history: [0, 5], notRead: 2n ** 60n + 2n ** 10n, changedAtS: 10, state: 'stale' }),
    rowOf(3, { label: 'a', notRead: 1n, changedAtS: 20, state: 'gone' }),
    rowOf(4, { label: 'd', notRead: 1n, changedAtS: 40 }),
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
