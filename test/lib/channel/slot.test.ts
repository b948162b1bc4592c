import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Slot } from '../../../lib/channel/slot.js';
import { AT, layout } from './fixture.js';

const ROOM = 4096;

function slot(): { bytes: Buffer; slot: Slot } {
  const bytes = Buffer.from(new ArrayBuffer(layout.segmentSize));
  return { bytes, slot: new Slot(bytes.subarray(AT.data, AT.data + ROOM)) };
}

/** As MailboxWriter does it. */
function put(slot: Slot, source: Uint8Array, size: number): void {
  if (slot.knows(source, size)) {
    slot.copyFrom(source, size);
    return;
  }
  if (!slot.sees(source, size)) slot.judge(source, size);
  slot.copyJudged(size);
}

const pattern = (size: number, start: number) =>
  Uint8Array.from({ length: size }, (_, i) => (i * 31 + start) & 255);

describe('Slot', () => {
  it('copies every size from 0 to 4096, and not a byte more', () => {
    const { bytes, slot: one } = slot();
    for (let size = 0; size <= ROOM; size++) {
      bytes.fill(0xee);
      const source = pattern(size, size);
      put(one, source, size);
      assert.equal(Buffer.compare(bytes.subarray(AT.data, AT.data + size), source), 0, `in, ${size}`);
      assert.ok(bytes[AT.data - 1] === 0xee && bytes[AT.data + size] === 0xee, `around, ${size}`);
      const target = new Uint8Array(size + 9).fill(0xdd);
      one.copyTo(target, size);
      assert.equal(Buffer.compare(target.subarray(0, size), source), 0, `out, ${size}`);
      assert.ok(
        target.subarray(size).every((byte) => byte === 0xdd),
        `behind, ${size}`,
      );
    }
  });

  it('copies to and from every alignment, in buffers of any length', () => {
    const { bytes, slot: one } = slot();
    for (let offset = 0; offset < 8; offset++) {
      for (const size of [0, 1, 7, 8, 9, 15, 16, 63, 64, 127, 128, 129, 1000]) {
        for (const rest of [0, 1, 5]) {
          const memory = new ArrayBuffer(offset + size + rest);
          const source = new Uint8Array(memory, offset, size);
          source.set(pattern(size, offset + rest));
          put(one, source, size);
          assert.equal(Buffer.compare(bytes.subarray(AT.data, AT.data + size), source), 0);
          const target = new Uint8Array(new ArrayBuffer(offset + size + rest), offset, size);
          one.copyTo(target, size);
          assert.equal(Buffer.compare(target, source), 0, `${size} bytes at ${offset}`);
        }
      }
    }
  });

  it('takes bytes of a SharedArrayBuffer and a pooled Buffer', () => {
    const { slot: one } = slot();
    const shared = new Uint8Array(new SharedArrayBuffer(100), 8, 50);
    shared.set(pattern(50, 3));
    put(one, shared, 50);
    const target = Buffer.allocUnsafe(50);
    one.copyTo(target, 50);
    assert.equal(Buffer.compare(target, Buffer.from(shared)), 0);
    const back = new Uint8Array(new SharedArrayBuffer(64));
    one.copyTo(back, 50);
    assert.equal(Buffer.compare(Buffer.from(back.subarray(0, 50)), target), 0);
  });

  it('gives back any bytes whatever buffers came before', () => {
    const { slot: one } = slot();
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (messages) => {
        for (const message of messages) {
          put(one, message, message.length);
          const target = new Uint8Array(message.length);
          one.copyTo(target, message.length);
          assert.deepEqual(target, message);
        }
      }),
    );
  });

  it('copies from and to a resizable buffer that has shrunk', () => {
    const { bytes, slot: one } = slot();
    // Of ES2024, which the compiler does not know yet.
    const Resizable = ArrayBuffer as unknown as new (
      size: number,
      options: { maxByteLength: number },
    ) => ArrayBuffer & { resize(size: number): void };
    for (const direction of ['copyFrom', 'copyTo'] as const) {
      const buffer = new Resizable(64, { maxByteLength: 128 });
      const mine = new Uint8Array(buffer).fill(7);
      const copy = (size: number) =>
        direction === 'copyFrom' ? put(one, mine, size) : one.copyTo(mine, size);
      for (let i = 0; i < 4; i++) copy(64);
      buffer.resize(32);
      bytes.fill(direction === 'copyFrom' ? 1 : 9);
      mine.fill(7);
      copy(32);
      const [from, to] = [mine, bytes.subarray(AT.data, AT.data + 32)];
      assert.equal(Buffer.compare(from, to), 0, direction);
    }
  });
});
