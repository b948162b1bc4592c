import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type DecodedChannel, type DecodedSegment, decodeSegment, layoutFor } from '../../layout/index.js';
import { type ChannelVector, camelCase, readImage, segmentVectors, sizeVectors } from '../support/vectors.js';

describe('layout/decode', () => {
  describe('what the original left', () => {
    for (const vector of segmentVectors) {
      it(`decodeSegment() reads every field of ${vector.file}: ${vector.state}`, () => {
        const { masterHeartbeat, slaveHeartbeat, ...numbers } = camelCase<Record<string, number>>(
          vector.header,
        );
        assert.deepEqual(decodeSegment(readImage(vector.file)), {
          header: {
            ...numbers,
            masterHeartbeat: BigInt(masterHeartbeat!),
            slaveHeartbeat: BigInt(slaveHeartbeat!),
          },
          masterToSlave: expectedChannel(vector.master_to_slave),
          slaveToMaster: expectedChannel(vector.slave_to_master),
        });
      });
    }

    for (const vector of sizeVectors) {
      it(`decodeSegment() reads both channels of ${vector.file}, whose slots have ${vector.max_data_size} bytes`, () => {
        const { masterToSlave, slaveToMaster } = decodeSegment(readImage(vector.file), vector.max_data_size);
        assert.deepEqual(masterToSlave, {
          sequence: vector.m2s.sequence,
          dataSize: vector.m2s.data_size,
          data: Uint8Array.from({ length: vector.max_data_size }, (_, i) => (11 * i + 5) % 256),
          writeCount: BigInt(vector.m2s.write_count),
          readCount: 0n,
          ...NO_RECEIPT,
        });
        assert.deepEqual(slaveToMaster, {
          sequence: vector.s2m.sequence,
          dataSize: vector.s2m.data_size,
          data: new TextEncoder().encode('pong\0'),
          writeCount: BigInt(vector.s2m.write_count),
          readCount: 0n,
          ...NO_RECEIPT,
        });
      });
    }
  });

  describe('values', () => {
    it('decodeSegment() reads the largest value of every field', () => {
      const u32 = 0xffffffff;
      const u64 = 2n ** 64n - 1n;
      const { header, masterToSlave } = decodeSegment(new Uint8Array(8576).fill(0xff));
      assert.deepEqual(header, {
        magic: u32,
        version: u32,
        masterHeartbeat: u64,
        slaveHeartbeat: u64,
        masterPid: -1,
        slavePid: -1,
        masterAlive: u32,
        slaveAlive: u32,
        staleThreshold: u32,
        masterGeneration: u32,
      });
      assert.deepEqual(
        { ...masterToSlave, data: masterToSlave.data.length },
        {
          sequence: u32,
          dataSize: u32,
          data: 4096,
          writeCount: u64,
          readCount: u64,
          receiptSequence: u32,
          receiptCount: u32,
          receiptReader: u32,
        },
      );
    });

    it('decodeSegment() takes a segment of zeros as it is, and repairs no magic', () => {
      const bytes = new Uint8Array(8576);
      const { header } = decodeSegment(bytes);
      assert.deepEqual([header.magic, header.version], [0, 0]);
      assert.ok(bytes.every((byte) => byte === 0));
    });

    for (const [dataSize, length] of [
      [0, 0],
      [1, 1],
      [99, 99],
      [100, 100],
      [101, 100],
      [0x7fffffff, 100],
      [0x80000000, 100],
      [0xffffffff, 100],
    ] as const) {
      it(`decodeSegment() gives ${length} bytes of a slot of 100 for a dataSize of ${dataSize}`, () => {
        const layout = layoutFor(100);
        const bytes = new Uint8Array(layout.segmentSize).fill(0xee);
        for (const start of [layout.masterToSlave, layout.slaveToMaster]) {
          bytes.fill(0xdd, start + layout.channel.data, start + layout.channel.data + 100);
          new DataView(bytes.buffer).setUint32(start + layout.channel.dataSize, dataSize, true);
        }
        const { masterToSlave, slaveToMaster } = decodeSegment(bytes, 100);
        for (const channel of [masterToSlave, slaveToMaster]) {
          assert.equal(channel.dataSize, dataSize);
          assert.deepEqual(channel.data, new Uint8Array(length).fill(0xdd));
        }
      });
    }
  });

  describe('its input and its result', () => {
    it('decodeSegment() copies data: neither side sees what the other does later', () => {
      const bytes = readImage('master-wrote-21.bin');
      const before = Buffer.from(bytes);
      const { data } = decodeSegment(bytes).masterToSlave;
      data.fill(0);
      assert.deepEqual(bytes, before);
      const again = decodeSegment(bytes).masterToSlave.data;
      bytes.fill(0);
      assert.equal(new TextDecoder().decode(again), 'Hello from master #0\0');
    });

    it('decodeSegment() gives data a memory of its own, a plain Uint8Array', () => {
      const { data } = decodeSegment(readImage('master-wrote-21.bin')).masterToSlave;
      assert.equal(Object.getPrototypeOf(data), Uint8Array.prototype);
      assert.equal(data.buffer.byteLength, 21);
    });

    it('decodeSegment() gives plain objects', () => {
      const decoded = decodeSegment(readImage('master-fresh.bin'));
      for (const part of [decoded, decoded.header, decoded.masterToSlave, decoded.slaveToMaster]) {
        assert.equal(Object.getPrototypeOf(part), Object.prototype);
      }
    });

    it('decodeSegment() reads shared memory, and a view that begins at an odd address', () => {
      const image = readImage('master-slave-live.bin');
      const shared = new Uint8Array(new SharedArrayBuffer(image.length));
      shared.set(image);
      const odd = new Uint8Array(image.length + 3).subarray(3);
      odd.set(image);
      for (const bytes of [shared, odd]) assert.deepEqual(decodeSegment(bytes), decodeSegment(image));
    });

    it('decodeSegment() ignores bytes beyond the segment', () => {
      const image = readImage('master-slave-live.bin');
      assert.deepEqual(decodeSegment(Buffer.concat([image, Buffer.alloc(4096, 0xff)])), decodeSegment(image));
    });

    for (const [size, maxDataSize, expected] of [
      [0, 4096, 8576],
      [4096, 4096, 8576],
      [8575, 4096, 8576],
      [2303, 1000, 2304],
      [8576, 8192, 16768],
    ] as const) {
      it(`decodeSegment() refuses ${size} bytes for a maxDataSize of ${maxDataSize}`, () => {
        assert.throws(() => decodeSegment(new Uint8Array(size), maxDataSize), {
          name: 'RangeError',
          message: `Cannot decode segment: size is ${size}, expected ${expected} for a maxDataSize of ${maxDataSize}`,
        });
      });
    }

    it('decodeSegment() refuses a maxDataSize that layoutFor() refuses', () => {
      assert.throws(() => decodeSegment(new Uint8Array(8576), 0), RangeError);
    });

    const notBytes: [bytes: unknown, found: string][] = [
      [undefined, 'of type undefined'],
      [null, 'null'],
      ['bytes', 'of type string'],
      [[0], 'of class Array'],
      [new ArrayBuffer(9000), 'of class ArrayBuffer'],
      [new Uint16Array(9000), 'of class Uint16Array'],
      [Object.create(null), 'of class none'],
    ];
    for (const [bytes, found] of notBytes) {
      it(`decodeSegment() refuses what is ${found}, not a Uint8Array`, () => {
        assert.throws(() => decodeSegment(bytes as Uint8Array), {
          name: 'TypeError',
          message: `Cannot decode segment: bytes is ${found}, expected Uint8Array`,
        });
      });
    }
  });

  describe('any bytes', () => {
    const maxDataSizes = fc.integer({ min: 1, max: 200 });

    it('decodeSegment() throws nothing but RangeError, and only for too few bytes', () => {
      fc.assert(
        fc.property(maxDataSizes, fc.uint8Array({ maxLength: 1000 }), (maxDataSize, bytes) => {
          const before = bytes.slice();
          if (bytes.length < layoutFor(maxDataSize).segmentSize) {
            assert.throws(() => decodeSegment(bytes, maxDataSize), RangeError);
          } else {
            decodeSegment(bytes, maxDataSize);
          }
          assert.deepEqual(bytes, before);
        }),
        { numRuns: 1000 },
      );
    });

    it('decodeSegment() reads what the protocol says is there, no byte beyond a slot, and changes nothing', () => {
      const cases = fc
        .tuple(maxDataSizes, fc.nat({ max: 70 }), fc.nat({ max: 9 }))
        .chain(([size, extra, skip]) =>
          fc.record({
            maxDataSize: fc.constant(size),
            skip: fc.constant(skip),
            memory: randomBytes(skip + layoutFor(size).segmentSize + extra),
            dataSizes: fc.tuple(dataSizesAround(size), dataSizesAround(size)),
          }),
        );
      fc.assert(
        fc.property(cases, ({ maxDataSize, skip, memory, dataSizes }) => {
          const bytes = memory.subarray(skip);
          const { masterToSlave, slaveToMaster } = layoutFor(maxDataSize);
          const view = new DataView(bytes.buffer, bytes.byteOffset);
          view.setUint32(masterToSlave + 4, dataSizes[0], true);
          view.setUint32(slaveToMaster + 4, dataSizes[1], true);
          const before = memory.slice();
          assert.deepEqual(decodeSegment(bytes, maxDataSize), decodeByHand(bytes, maxDataSize));
          assert.deepEqual(memory, before);
        }),
        { numRuns: 500 },
      );
    });
  });
});

/** What an original leaves where receipts of ours are. */
const NO_RECEIPT = { receiptSequence: 0, receiptCount: 0, receiptReader: 0 };

function expectedChannel(vector: ChannelVector): DecodedChannel {
  return {
    sequence: vector.sequence,
    dataSize: vector.data_size,
    data: new Uint8Array(Buffer.from(vector.data_hex, 'hex')),
    writeCount: BigInt(vector.write_count),
    readCount: BigInt(vector.read_count),
    ...NO_RECEIPT,
  };
}

function randomBytes(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length, size: 'max' });
}

function dataSizesAround(maxDataSize: number): fc.Arbitrary<number> {
  return fc.oneof(fc.nat({ max: 2 * maxDataSize }), fc.integer({ min: 0, max: 0xffffffff }));
}

/** Section 2 of the protocol read with a DataView and numbers typed from its tables. */
function decodeByHand(bytes: Uint8Array, maxDataSize: number): DecodedSegment {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const counters = Math.ceil((8 + maxDataSize) / 8) * 8;
  const channelSize = Math.ceil((counters + 16 + 48) / 64) * 64;
  const channelAt = (start: number): DecodedChannel => ({
    sequence: view.getUint32(start, true),
    dataSize: view.getUint32(start + 4, true),
    data: new Uint8Array(
      bytes.slice(start + 8, start + 8 + Math.min(maxDataSize, view.getUint32(start + 4, true))),
    ),
    writeCount: view.getBigUint64(start + counters, true),
    readCount: view.getBigUint64(start + counters + 8, true),
    receiptSequence: view.getUint32(start + counters + 16, true),
    receiptCount: view.getUint32(start + counters + 20, true),
    receiptReader: view.getUint32(start + counters + 24, true),
  });
  return {
    header: {
      magic: view.getUint32(0, true),
      version: view.getUint32(4, true),
      masterHeartbeat: view.getBigUint64(8, true),
      slaveHeartbeat: view.getBigUint64(16, true),
      masterPid: view.getInt32(24, true),
      slavePid: view.getInt32(28, true),
      masterAlive: view.getUint32(32, true),
      slaveAlive: view.getUint32(36, true),
      staleThreshold: view.getUint32(40, true),
      masterGeneration: view.getUint32(44, true),
    },
    masterToSlave: channelAt(128),
    slaveToMaster: channelAt(128 + channelSize),
  };
}
