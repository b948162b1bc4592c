import assert from 'node:assert/strict';
import { decodeSegment, layoutFor } from '../../../layout/index.js';
import { candidateSizes, copyChannels } from '../../../lib/channel/index.js';
import { Eshm } from '../../../lib/index.js';
import { IPC_PRIVATE, Segment, type SegmentStat } from '../../../syscalls/index.js';
import { segmentOf, uniqueName } from '../../support/channels.js';

const copyOf = ({ id, size }: SegmentStat) =>
  copyChannels(size, (offset, length) => Segment.read(id, offset, length));

describe('copyChannels()', () => {
  for (const maxDataSize of [1, 8, 56, 57, 1000, 4096, 100_000]) {
    it(`has all that a channel with slots of ${maxDataSize} bytes holds`, () => {
      // Without threads the header stands still.
      const options = { maxDataSize, useThreads: false, shm: 'system-v' } as const;
      const name = uniqueName('copy');
      using master = Eshm.open(name, { ...options, role: 'master' });
      using slave = Eshm.open(name, { ...options, role: 'slave' });
      for (const size of [0, 1, Math.ceil(maxDataSize / 2), maxDataSize]) {
        master.write(Buffer.alloc(size, size + 1));
        assert.equal(slave.tryRead()?.length, size);
        slave.write(Buffer.alloc(maxDataSize - size, 7));
        const stat = segmentOf(name)!;
        const [image, whole] = [copyOf(stat), Segment.read(stat.id)];
        for (const candidate of candidateSizes(stat.size)) {
          // Of a smaller slot than the real one, the counters are in the message.
          if (candidate < maxDataSize) continue;
          assert.deepEqual(decodeSegment(image, candidate), decodeSegment(whole, candidate));
        }
        assert.deepEqual(decodeSegment(image, maxDataSize), decodeSegment(whole, maxDataSize));
      }
    });
  }

  describe('of a segment in disorder', () => {
    const { segmentSize, slaveToMaster } = layoutFor();
    let segment: Segment;
    beforeEach(() => {
      segment = Segment.create(IPC_PRIVATE, segmentSize, 0o600);
    });
    afterEach(() => {
      segment.remove();
      segment.detach();
    });

    it('keeps the odd sequence of a writer that died in mid-write', () => {
      segment.bytes.writeUInt32LE(7, slaveToMaster);
      assert.equal(decodeSegment(copyOf(segment.stat())).slaveToMaster.sequence, 7);
    });

    it('copies no further than the channel where the size of a message is damaged', () => {
      segment.bytes.fill(0x55, 128);
      const image = copyOf(segment.stat());
      assert.deepEqual(Buffer.from(image), Buffer.from(segment.bytes));
    });
  });
});
