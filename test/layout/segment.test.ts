import assert from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import { declareSegment } from '../../layout/declaration.js';
import { ALIGNMENT, layoutFor, MAX_DATA_SIZE_LIMIT } from '../../layout/index.js';
import * as built from '../../layout/offsets.js';
import { repoRoot } from '../support/repo-root.js';
import { readImage, segmentVectors, sizeVectors } from '../support/vectors.js';

describe('layout/segment', () => {
  it('layoutFor() has the offsets that the protocol states for the default size', () => {
    assert.deepEqual(layoutFor(), {
      maxDataSize: 4096,
      segmentSize: 8576,
      headerSize: 128,
      channelSize: 4224,
      header: {
        magic: 0,
        version: 4,
        masterHeartbeat: 8,
        slaveHeartbeat: 16,
        masterPid: 24,
        slavePid: 28,
        masterAlive: 32,
        slaveAlive: 36,
        staleThreshold: 40,
        masterGeneration: 44,
      },
      channel: {
        sequence: 0,
        dataSize: 4,
        data: 8,
        writeCount: 4104,
        readCount: 4112,
        receiptSequence: 4120,
        receiptCount: 4124,
        receiptReader: 4128,
      },
      masterToSlave: 128,
      slaveToMaster: 4352,
    });
  });

  for (const { file } of segmentVectors) {
    it(`layoutFor() has the size of ${file}`, () => {
      assert.equal(layoutFor().segmentSize, readImage(file).length);
    });
  }

  for (const vector of sizeVectors) {
    it(`layoutFor(${vector.max_data_size}) is what the original was with that size`, () => {
      const layout = layoutFor(vector.max_data_size);
      assert.equal(layout.maxDataSize, vector.max_data_size);
      assert.equal(layout.segmentSize, vector.segment_size);
      assert.equal(layout.segmentSize, readImage(vector.file).length);
      assert.equal(layout.channelSize, vector.channel_size);
      assert.equal(layout.masterToSlave, vector.master_to_slave_offset);
      assert.equal(layout.slaveToMaster, vector.slave_to_master_offset);
      assert.equal(layout.channel.writeCount, vector.write_count_offset);
      assert.equal(layout.channel.readCount, vector.read_count_offset);
    });
  }

  it('layoutFor() returns one frozen object for each size', () => {
    assert.equal(layoutFor(), layoutFor(4096));
    assert.equal(layoutFor(1000), layoutFor(1000));
    assert.notEqual(layoutFor(1000), layoutFor(1001));
    for (const part of [layoutFor(), layoutFor().header, layoutFor().channel])
      assert.ok(Object.isFrozen(part));
  });

  it('layoutFor() tells apart two sizes that share one segment size', () => {
    const [a, b] = [layoutFor(4096), layoutFor(4100)];
    assert.equal(a.segmentSize, b.segmentSize);
    assert.notEqual(a.channel.writeCount, b.channel.writeCount);
  });

  it('layoutFor() keeps natural alignment, order and room, for any size', () => {
    const sizes = fc.oneof(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: MAX_DATA_SIZE_LIMIT }),
    );
    fc.assert(
      fc.property(sizes, (maxDataSize) => {
        const layout = layoutFor(maxDataSize);
        const { header, channel } = layout;
        for (const block of [layout.masterToSlave, layout.slaveToMaster, layout.segmentSize]) {
          assert.equal(block % ALIGNMENT, 0);
        }
        for (const u64 of [
          header.masterHeartbeat,
          header.slaveHeartbeat,
          channel.writeCount,
          channel.readCount,
        ]) {
          assert.equal(u64 % 8, 0);
        }
        assert.ok(channel.data + maxDataSize <= channel.writeCount);
        assert.ok(channel.writeCount - (channel.data + maxDataSize) < 8);
        assert.ok(channel.readCount + 8 + 48 <= layout.channelSize);
        assert.equal(channel.receiptSequence, channel.readCount + 8, 'where the padding begins');
        assert.equal(channel.receiptCount, channel.receiptSequence + 4);
        assert.equal(channel.receiptReader, channel.receiptSequence + 8);
        assert.equal(layout.slaveToMaster, layout.masterToSlave + layout.channelSize);
        assert.equal(layout.segmentSize, layout.slaveToMaster + layout.channelSize);
        assert.ok(layout.segmentSize < 2 ** 31);
      }),
    );
  });

  it('layoutFor() is what the declaration says, for any size', () => {
    const same = (maxDataSize: number) =>
      assert.deepEqual(layoutFor(maxDataSize), declareSegment(maxDataSize), `${maxDataSize}`);
    // One after the other through several multiples of the alignment, and some of all sizes.
    for (let maxDataSize = 1; maxDataSize <= 300; maxDataSize++) same(maxDataSize);
    for (const maxDataSize of [4095, 4096, 4097, MAX_DATA_SIZE_LIMIT - 1, MAX_DATA_SIZE_LIMIT])
      same(maxDataSize);
    fc.assert(fc.property(fc.integer({ min: 1, max: MAX_DATA_SIZE_LIMIT }), same));
  });

  it('the offsets that the build has read off the declaration are those it would read off now', async () => {
    const { offsets } = await import(join(repoRoot, 'scripts/offsets.mjs'));
    assert.deepEqual(
      { ...built },
      await offsets(),
      'the build is older than the sources: npm run build:test',
    );
  });

  const numbers = [
    0,
    -0,
    -1,
    0.5,
    4096.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    MAX_DATA_SIZE_LIMIT + 1,
    2 ** 32 + 1,
    Number.MAX_SAFE_INTEGER,
  ];
  const wrong: [maxDataSize: unknown, found: string][] = [
    ...numbers.map((number): [number, string] => [number, String(number)]),
    [4096n, 'of type bigint'],
    ['4096', 'of type string'],
    [null, 'null'],
    [{}, 'of class Object'],
    [Symbol('4096'), 'of type symbol'],
  ];
  for (const [maxDataSize, found] of wrong) {
    it(`layoutFor() refuses a maxDataSize of ${typeof maxDataSize} ${String(maxDataSize)}`, () => {
      assert.throws(() => layoutFor(maxDataSize as number), {
        name: 'RangeError',
        message: `Cannot lay out segment: maxDataSize is ${found}, expected an integer from 1 to 536870912`,
      });
    });
  }
});
