import assert from 'node:assert/strict';
import { declared } from '../../../../lib/cli/records/by-size.js';
import { f64, record, u8, u32 } from '../../../../lib/record/index.js';

const Order = record('Order', { id: u32 });
const Pose = record('Pose', { x: f64, y: f64 });
const Part = record('Part', { a: f64, b: f64, c: u8 }, { allowShorter: true });

describe('declared()', () => {
  it('takes the record that has the size of the message', () => {
    const { names, decode } = declared([Order, Pose])!;
    assert.equal(names, 'Order or Pose');
    assert.deepEqual(decode(Buffer.alloc(4)), { id: 0 });
    assert.deepEqual(decode(Buffer.alloc(16)), { x: 0, y: 0 });
    assert.throws(() => decode(Buffer.alloc(5)), {
      code: 'ESHM_CORRUPT',
      message: /it has 5 bytes, expected those of a record: Order 4, Pose 16;/,
    });
  });

  it('takes a record that may be shorter for what is of no exact size', () => {
    const { decode } = declared([Part, Pose])!;
    assert.deepEqual(Object.keys(decode(Buffer.alloc(16)) as object), ['x', 'y']);
    assert.deepEqual(Object.keys(decode(Buffer.alloc(9)) as object), ['a', 'b', 'c']);
  });

  it('is nothing without a record, and the only one whatever the size', () => {
    assert.equal(declared([]), undefined);
    const { names, decode } = declared([Order, Order])!;
    assert.equal(names, 'Order');
    assert.throws(() => decode(Buffer.alloc(5)), /Cannot read Order: the message has 5 bytes, expected 4;/);
  });

  it('refuses two records of one size', () => {
    const Size = record('Size', { w: f64, h: f64 });
    assert.throws(() => declared([Pose, Order, Size]), {
      name: 'RangeError',
      message: /Pose and Size both have 16 bytes, expected one record of each size/,
    });
  });
});
