import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DEFAULT_MAX_DATA_SIZE, layoutFor } from '../../../layout/index.js';
import { findDataSize } from '../../../lib/channel/index.js';
import { readImage, segmentVectors, sizeVectors } from '../../support/vectors.js';

/** Where the counters of a slot size are: sizes that share it cannot be told apart. */
const placeOf = (maxDataSize: number) => layoutFor(maxDataSize).channel.writeCount;

/** Traffic of one direction. */
interface Traffic {
  readonly writes: number;
  readonly reads: number;
  readonly text: Uint8Array;
}

/** A segment as a healthy pair leaves it. */
function imageOf(maxDataSize: number, down: Traffic, up: Traffic): Uint8Array {
  const { segmentSize, masterToSlave, slaveToMaster, channel } = layoutFor(maxDataSize);
  const image = Buffer.alloc(segmentSize);
  for (const [at, { writes, reads, text }] of [
    [masterToSlave, down],
    [slaveToMaster, up],
  ] as const) {
    const message = text.subarray(0, maxDataSize);
    image.writeUInt32LE(2 * writes, at + channel.sequence);
    image.writeUInt32LE(message.length, at + channel.dataSize);
    image.set(message, at + channel.data);
    image.writeBigUInt64LE(BigInt(writes), at + channel.writeCount);
    image.writeBigUInt64LE(BigInt(reads), at + channel.readCount);
  }
  return image;
}

const slotSizes = fc.integer({ min: 1, max: 20_000 });
const traffic = fc
  .record({
    writes: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    read: fc.double({ min: 0, max: 1, noNaN: true }),
    text: fc.string({ minLength: 1, maxLength: 200 }).map((text) => Buffer.from(text.replaceAll('\0', ' '))),
  })
  .map(({ writes, read, text }) => ({ writes, reads: Math.round(writes * read), text }));

describe('findDataSize()', () => {
  for (const { file, max_data_size } of sizeVectors) {
    it(`finds the ${max_data_size} bytes of ${file} by its counters`, () => {
      assert.deepEqual(findDataSize(readImage(file)), { maxDataSize: max_data_size, basis: 'counters' });
    });
  }

  for (const { file } of segmentVectors) {
    it(`takes the default for ${file}`, () => {
      assert.deepEqual(findDataSize(readImage(file)), { maxDataSize: 4096, basis: 'assumed' });
    });
  }

  it('finds the counters of any healthy segment, whatever was sent and read', () => {
    fc.assert(
      fc.property(slotSizes, traffic, traffic, (maxDataSize, down, up) => {
        const { maxDataSize: found } = findDataSize(imageOf(maxDataSize, down, up));
        assert.equal(placeOf(found), placeOf(maxDataSize));
      }),
    );
  });

  it('finds them in the middle of a write, and between publishing and counting', () => {
    for (const ahead of [1, 2]) {
      const text = Buffer.from('x');
      const image = Buffer.from(imageOf(1000, { writes: 9, reads: 3, text }, { writes: 4, reads: 4, text }));
      const at = layoutFor(1000).masterToSlave;
      image.writeUInt32LE(18 + ahead, at);
      assert.deepEqual(findDataSize(image), { maxDataSize: 1000, basis: 'counters' });
    }
  });

  it('takes the default, else the largest, where nothing was written', () => {
    assert.deepEqual(findDataSize(new Uint8Array(8576)), { maxDataSize: 4096, basis: 'assumed' });
    assert.deepEqual(findDataSize(new Uint8Array(2304)), { maxDataSize: 1016, basis: 'assumed' });
  });

  it('never fails, whatever the bytes', () => {
    const sizes = fc.constantFrom(
      ...[1, 100, 1000, DEFAULT_MAX_DATA_SIZE].map((n) => layoutFor(n).segmentSize),
    );
    const bytes = sizes.chain((size) => fc.uint8Array({ minLength: size, maxLength: size }));
    fc.assert(
      fc.property(bytes, (image) => {
        const { maxDataSize } = findDataSize(image);
        assert.equal(layoutFor(maxDataSize).segmentSize, image.length);
      }),
      { numRuns: 20 },
    );
  });

  it('believes the user, but for a size that cannot be', () => {
    assert.deepEqual(findDataSize(new Uint8Array(8576), 4090), { maxDataSize: 4090, basis: 'given' });
    assert.throws(() => findDataSize(new Uint8Array(8576), 1000), {
      name: 'RangeError',
      message: /its size is 8576 bytes, expected 2304 for --max-data-size 1000/,
    });
  });
});
