import assert from 'node:assert/strict';
import { REPAIR_STEP } from '../../../lib/channel/cycle.js';
import { beforeEachStore, duringEachCopy, Mailbox } from './fixture.js';

describe('MailboxWriter', () => {
  const text = Buffer.from('Hello from master #0\0');
  const large = Buffer.alloc(4096, 0xab);

  for (const plain of [false, true]) {
    const order = plain ? 'plain' : 'atomics';

    it(`write() leaves what the protocol says (${order})`, () => {
      const box = new Mailbox();
      const writer = box.writer(plain);
      writer.write(text, text.length);
      assert.deepEqual([box.sequence, box.dataSize, box.writeCount], [2, 21, 1n]);
      assert.deepEqual(box.data(), text);
      writer.write(large, 4096);
      assert.deepEqual([box.sequence, box.dataSize, box.writeCount], [4, 4096, 2n]);
      writer.write(new Uint8Array(0), 0);
      assert.deepEqual([box.sequence, box.dataSize, box.writeCount], [6, 0, 3n]);
      assert.deepEqual(box.data(4096), large, 'old bytes stay behind dataSize');
      assert.equal(box.readCount, 0n);
    });

    it(`the sequence is odd while data bytes move, and sizes and counts follow them (${order})`, () => {
      const box = new Mailbox();
      const writer = box.writer(plain);
      writer.write(text, text.length);
      const seen: unknown[] = [];
      duringEachCopy(
        () => seen.push([box.sequence, box.dataSize, box.writeCount]),
        () => writer.write(large, 4096),
      );
      assert.deepEqual(seen, [[3, 21, 1n]]);
    });

    it(`sequence, and the counts at their carry, wrap (${order})`, () => {
      const box = new Mailbox();
      box.sequence = 2 ** 32 - 2;
      box.writeCount = 2n ** 32n - 1n;
      const writer = box.writer(plain);
      assert.equal(box.sequence, 2 ** 32 - 2, 'nothing to repair');
      writer.write(text, text.length);
      assert.deepEqual([box.sequence, box.writeCount], [0, 2n ** 32n]);
      writer.write(text, text.length);
      assert.deepEqual([box.sequence, box.writeCount], [2, 2n ** 32n + 1n]);
    });
  }

  it('publication is one store, after data and size and before the count', () => {
    const box = new Mailbox();
    const writer = box.writer();
    const { store } = Atomics;
    const seen: unknown[] = [];
    Atomics.store = ((array: Int32Array, index: number, value: number) => {
      seen.push([box.sequence, box.dataSize, box.writeCount, box.data().equals(text), value]);
      return store(array, index, value);
    }) as typeof Atomics.store;
    try {
      writer.write(text, text.length);
    } finally {
      Atomics.store = store;
    }
    assert.deepEqual(seen, [[1, 21, 0n, true, 2]]);
  });

  it('the count crosses 2^64 too', () => {
    const box = new Mailbox();
    box.writeCount = 2n ** 64n - 1n;
    box.sequence = 2 ** 32 - 2;
    box.writer().write(text.subarray(0, 1), 1);
    assert.equal(box.writeCount, 0n);
  });

  it('goes on from what the last writer left', () => {
    const box = new Mailbox();
    for (let i = 0; i < 5; i++) box.writer().write(text, text.length);
    assert.deepEqual([box.sequence, box.writeCount], [10, 5n]);
  });

  it('a start in an odd sequence makes it even and the half-written message empty', () => {
    const box = new Mailbox();
    const dead = box.writer();
    dead.write(text, text.length);
    box.sequence = 3;
    box.writer();
    assert.equal(box.sequence & 1, 0);
    assert.equal((box.sequence - 2 * Number(box.writeCount)) % REPAIR_STEP, 0);
    assert.deepEqual([box.dataSize, box.writeCount], [0, 1n]);
  });

  it('a start after a death before the count counts the message, and leaves it empty', () => {
    const box = new Mailbox();
    box.writer().write(text, text.length);
    box.writeCount = 0n;
    const writer = box.writer();
    assert.deepEqual([box.dataSize, box.writeCount], [0, 1n]);
    assert.equal(box.sequence % REPAIR_STEP, 2);
    writer.write(text.subarray(0, 4), 4);
    assert.deepEqual([box.dataSize, box.writeCount], [4, 2n]);
  });

  it('a repair is made once', () => {
    const box = new Mailbox();
    box.sequence = 77;
    box.writer();
    const repaired = box.sequence;
    box.writer();
    assert.equal(box.sequence, repaired);
  });

  describe('bytes that are not there', () => {
    /** What a caller may have done to `size` bytes of an array that the writer knows, or does not. */
    const ruins: Record<string, (size: number) => { data: Uint8Array; ruin: () => void }> = {
      'transferred away': (size) => {
        const data = new Uint8Array(size).fill(9);
        return { data, ruin: () => void structuredClone(data.buffer, { transfer: [data.buffer] }) };
      },
      'of a buffer that has shrunk': (size) => {
        const buffer = resizable(2 * size);
        return { data: new Uint8Array(buffer, size, size).fill(9), ruin: () => buffer.resize(size) };
      },
    };
    for (const [how, make] of Object.entries(ruins)) {
      for (const size of [1, 8, 64, 128, 129, 1000, 2000, 4096]) {
        for (const times of [0, 1, 2, 5]) {
          it(`${how}, ${size} bytes, written ${times} times before: refused before the slot is opened`, () => {
            const box = new Mailbox();
            const writer = box.writer();
            writer.write(text, text.length);
            const { data, ruin } = make(size);
            for (let i = 0; i < times; i++) writer.write(data, size);
            ruin();
            const before = Buffer.from(box.bytes);
            const stores: number[] = [];
            beforeEachStore(
              () => stores.push(box.sequence),
              () =>
                assert.throws(
                  () => writer.write(data, data.length),
                  /^TypeError: Cannot write: the memory of data/,
                ),
            );
            assert.deepEqual([stores, box.bytes.equals(before)], [[], true], 'not a byte is touched');
            writer.write(text, text.length);
            assert.deepEqual([box.sequence, box.data()], [2 * (times + 2), text]);
          });
        }
      }
    }

    it('an array that says too little is written to its end, and refused where that is more than fits', () => {
      for (const size of [60, 900, 3000]) {
        const box = new Mailbox();
        const writer = box.writer();
        const longer = Object.defineProperty(Buffer.alloc(size, 1), 'length', { value: size - 5 });
        for (let i = 0; i < 4; i++) writer.write(longer, size - 5);
        assert.deepEqual([box.sequence, box.dataSize], [8, size]);
        const large = Object.defineProperty(Buffer.alloc(5000, 1), 'length', { value: size });
        for (let i = 0; i < 4; i++) {
          assert.throws(() => writer.write(large, size), { code: 'ESHM_BUFFER_TOO_SMALL' });
        }
        assert.deepEqual([box.sequence, box.dataSize], [8, size]);
      }
    });

    it('an array that says it is there when it is gone leaves the slot at rest', () => {
      for (const size of [60, 900, 3000]) {
        for (const times of [0, 1, 2, 5]) {
          const box = new Mailbox();
          const writer = box.writer();
          const data = new Uint8Array(size);
          for (let i = 0; i < times; i++) writer.write(data, size);
          structuredClone(data.buffer, { transfer: [data.buffer] });
          Object.defineProperty(data, 'length', { value: size });
          try {
            writer.write(data, size);
          } catch (error) {
            assert.match(String(error), /Cannot write: the memory of data/);
          }
          assert.equal(box.sequence, 2 * Number(box.writeCount));
        }
      }
    });

    it('an empty message is one, whatever was written before', () => {
      const box = new Mailbox();
      const writer = box.writer();
      const empty = new Uint8Array();
      for (let i = 1; i < 6; i++) {
        writer.write(empty, 0);
        assert.deepEqual([box.sequence, box.dataSize, box.writeCount], [4 * i - 2, 0, BigInt(2 * i - 1)]);
        writer.write(text, text.length);
      }
    });

    it('memory that another thread makes larger is written in the size that was asked for', () => {
      const box = new Mailbox();
      const writer = box.writer();
      const Growable = SharedArrayBuffer as unknown as new (
        size: number,
        options: { maxByteLength: number },
      ) => SharedArrayBuffer & { grow(size: number): void };
      for (const size of [40, 200, 3000]) {
        const buffer = new Growable(size, { maxByteLength: 10_000 });
        const data = new Uint8Array(buffer).fill(5);
        writer.write(data, size);
        writer.write(data, size);
        buffer.grow(10_000);
        writer.write(data, size);
        assert.deepEqual([box.dataSize, box.sequence % 2], [size, 0]);
      }
    });
  });
});

/** An ArrayBuffer of `size` bytes that can shrink. */
function resizable(size: number): ArrayBuffer & { resize(size: number): void } {
  const Resizable = ArrayBuffer as unknown as new (
    size: number,
    options: { maxByteLength: number },
  ) => ArrayBuffer & { resize(size: number): void };
  return new Resizable(size, { maxByteLength: size });
}
