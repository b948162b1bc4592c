import assert from 'node:assert/strict';
import fc from 'fast-check';
import { layoutFor } from '../../../layout/index.js';
import { candidateSizes, fitsLayout, otherSlotSize } from '../../../lib/channel/index.js';
import { MappedWords } from '../../../lib/store/index.js';

/** Where the counters of a slot size are: sizes that share it cannot be told apart. */
const placeOf = (maxDataSize: number) => layoutFor(maxDataSize).channel.writeCount;

const slotSizes = fc.integer({ min: 1, max: 20_000 });

describe('candidateSizes()', () => {
  it('has every slot size that makes the segment, as one that shares its place of the counters', () => {
    fc.assert(
      fc.property(slotSizes, (maxDataSize) => {
        const { segmentSize } = layoutFor(maxDataSize);
        assert.ok(fitsLayout(segmentSize));
        const candidates = candidateSizes(segmentSize);
        assert.ok(candidates.map(placeOf).includes(placeOf(maxDataSize)));
        for (const candidate of candidates) assert.equal(layoutFor(candidate).segmentSize, segmentSize);
        assert.equal(new Set(candidates.map(placeOf)).size, candidates.length);
      }),
    );
  });

  it('is empty for sizes that no slot makes', () => {
    for (const size of [0, 1, 128, 128 + 2 * 64, 8575, 8577, 8576 + 64, 2 ** 40, 2 ** 50]) {
      assert.equal(fitsLayout(size), false, `${size}`);
      assert.deepEqual(candidateSizes(size), []);
    }
  });
});

/** A channel, as its writer and its reader leave it. */
interface Left {
  readonly maxDataSize: number;
  readonly writes: number;
  readonly reads: number;
  /** `sequence - 2 * writeCount`. */
  readonly ahead: number;
  readonly length: number;
  /** What the slot holds, over and over. */
  readonly filling: Uint8Array;
  /** `sequence` of the message that a reader of ours has read last. */
  readonly receipt: number;
  /** Who that reader is: a process, or the generation of a master. */
  readonly reader?: number;
}

/** The bytes of a segment whose first channel is left so. */
function imageOf({ maxDataSize, writes, reads, ahead, length, filling, receipt, reader = 1 }: Left): Buffer {
  const { segmentSize, masterToSlave: at, channel } = layoutFor(maxDataSize);
  const image = Buffer.alloc(segmentSize);
  image.fill(filling, at + channel.data, at + channel.data + maxDataSize);
  image.writeUInt32LE((2 * writes + ahead) >>> 0, at + channel.sequence);
  image.writeUInt32LE(length, at + channel.dataSize);
  image.writeUInt32LE(writes, at + channel.writeCount);
  image.writeUInt32LE(reads, at + channel.readCount);
  image.writeUInt32LE(receipt, at + channel.receiptSequence);
  image.writeUInt32LE(reads, at + channel.receiptCount);
  image.writeUInt32LE(reader, at + channel.receiptReader);
  return image;
}

function toldBy(image: Buffer, maxDataSize: number): number | undefined {
  return otherSlotSize(new MappedWords(image), layoutFor().masterToSlave, image.length, maxDataSize);
}

/** Any channel whose counts are those of its size, whatever deaths in mid-write have left. */
const anyLeft = fc
  .record({
    // Of whole words, so that what the slot holds ends with one that is no small number.
    maxDataSize: slotSizes.map((size) => Math.ceil(size / 8) * 8),
    writes: fc.oneof(fc.nat(100), fc.nat(2 ** 31 - 1)),
    unread: fc.oneof(fc.integer({ min: -20, max: 3 }), fc.nat(2 ** 31)),
    ahead: fc.oneof(fc.constantFrom(0, 1, 2, 3, 4, 6, 8, 256, 512), fc.integer({ min: 0, max: 2 ** 20 })),
    fill: fc.double({ min: 0, max: 1, noNaN: true }),
    filling: fc.oneof(fc.constant(Uint8Array.of(0)), fc.uint8Array({ min: 1, minLength: 1, maxLength: 200 })),
    receipt: fc.nat(2 ** 31),
    /** What goes with the sequence as if it were a count. */
    coincidence: fc.constantFrom('none', 'reads', 'receipt', 'reader'),
  })
  .map(({ unread, fill, coincidence, ...any }) => {
    const half = any.writes + Math.floor(any.ahead / 2);
    return {
      ...any,
      // Of messages that nobody came to counting, each was read: as many as deaths, which are few.
      reads: coincidence === 'reads' && any.ahead < 100 ? half : Math.max(0, any.writes - unread),
      length: Math.floor(fill * any.maxDataSize),
      ...(coincidence === 'receipt' && { receipt: half }),
      ...(coincidence === 'reader' && { reader: half }),
    };
  });

describe('otherSlotSize()', () => {
  it('tells nothing where the counts are those of this size, whatever was sent, read, and left by deaths', () => {
    fc.assert(
      fc.property(anyLeft, (left) => {
        assert.equal(toldBy(imageOf(left), left.maxDataSize), undefined);
      }),
      { numRuns: 1000 },
    );
  });

  it('tells the true size or nothing, of whatever a healthy pair leaves', () => {
    let told = 0;
    fc.assert(
      fc.property(anyLeft, fc.nat(7), (any, which) => {
        const left = { ...any, ahead: 0, filling: Uint8Array.of(0) };
        const image = imageOf(left);
        const candidates = candidateSizes(image.length);
        const own = candidates[which % candidates.length]!;
        const found = toldBy(image, own);
        if (found === undefined) return;
        assert.equal(placeOf(found), placeOf(left.maxDataSize));
        assert.notEqual(placeOf(found), placeOf(own));
        told++;
      }),
      { numRuns: 1000 },
    );
    assert.ok(told > 300, `${told} were told`);
  });

  const healthy = { maxDataSize: 4096, ahead: 0, length: 21, filling: Uint8Array.of(0), receipt: 0 };
  for (const [own, writes, reads, receipt, what] of [
    [4104, 3, 0, 0, 'nobody has read anything'],
    [4104, 3, 3, 6, 'a reader that leaves receipts has read everything'],
    [4088, 100, 100, 0, 'a smaller one, everything read'],
    [4112, 3, 3, 6, 'a much larger one'],
  ] as const) {
    it(`tells 4096 to ${own} after ${writes} messages: ${what}`, () => {
      assert.equal(toldBy(imageOf({ ...healthy, writes, reads, receipt }), own), 4096);
    });
  }

  for (const [own, writes, reads, what] of [
    [4104, 0, 0, 'nothing was written'],
    [4104, 3, 3, 'a reader without receipts has read everything: its count is where the other is expected'],
    [4104, 1, 0, 'one message only, which could be one that is just being counted'],
    [4088, 50, 50, 'so few messages could each be of a writer that died before it counted'],
    [4092, 3, 0, 'sizes that share their places'],
  ] as const) {
    it(`tells nothing to ${own}: ${what}`, () => {
      assert.equal(toldBy(imageOf({ ...healthy, writes, reads }), own), undefined);
    });
  }

  it('tells nothing where a bridge, which reads again what was not confirmed, has counted more than was written', () => {
    const left = { ...healthy, writes: 6, reads: 8, receipt: 12, reader: 6 };
    assert.equal(toldBy(imageOf(left), left.maxDataSize), undefined);
  });

  it('tells nothing of a repaired channel, also where its reader stopped half-way: its receipt looks like a count', () => {
    const left = { ...healthy, writes: 172, ahead: 256, reads: 150, receipt: 300 };
    assert.equal(toldBy(imageOf(left), left.maxDataSize), undefined);
  });

  it('tells nothing by what is not of one moment: the count of before, and a reader that has not read on', () => {
    const image = imageOf({ ...healthy, writes: 3, reads: 3 });
    const { masterToSlave: at, channel } = layoutFor();
    const words = new MappedWords(image);
    const load = words.load.bind(words);
    words.load = (offset) => {
      const found = load(offset);
      // 47 messages behind the back of whoever has just looked at the sequence.
      if (found === 6) {
        words.store(at, 100);
        words.store(at + channel.writeCount, 50);
      }
      return found;
    };
    assert.equal(otherSlotSize(words, at, image.length, 4096), undefined);
  });

  it('tells nothing in the middle of a write, nor where one falls into every look', () => {
    const image = imageOf({ ...healthy, writes: 3, reads: 0 });
    const at = layoutFor().masterToSlave;
    const midst = Buffer.from(image);
    midst.writeUInt32LE(7, at);
    assert.equal(toldBy(midst, 4104), undefined);
    const words = new MappedWords(image);
    const load = words.load.bind(words);
    words.load = (offset) => {
      if (offset === at) words.store(at, load(at) + 2);
      return load(offset);
    };
    assert.equal(otherSlotSize(words, at, image.length, 4104), undefined);
  });
});
