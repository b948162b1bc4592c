import assert from 'node:assert/strict';
import { EshmError } from '../../../lib/errors.js';
import { thrownBy } from '../../support/thrown.js';
import { beforeEachLoad, duringEachCopy, Mailbox } from './fixture.js';

const pattern = (size: number, start: number) =>
  Buffer.from(Array.from({ length: size }, (_, i) => (i + start) & 255));

describe('MailboxReader', () => {
  let box: Mailbox;
  beforeEach(() => {
    box = new Mailbox();
  });

  function pair() {
    return { writer: box.writer(), reader: box.reader() };
  }

  it('has nothing in a fresh segment, and reads nothing twice', () => {
    const { writer, reader } = pair();
    const target = Buffer.alloc(16);
    assert.equal(reader.tryRead(), undefined);
    assert.equal(reader.tryReadInto(target, 16), -1);
    assert.equal(reader.peek(), undefined);
    writer.write(pattern(16, 1), 16);
    assert.equal(reader.tryReadInto(target, 16), 16);
    assert.deepEqual(target, pattern(16, 1));
    assert.equal(reader.tryReadInto(target, 16), -1);
    assert.equal(reader.tryRead(), undefined);
    assert.equal(box.readCount, 1n);
  });

  it('copies messages of every size, also 0', () => {
    const { writer, reader } = pair();
    for (let size = 0; size <= 4096; size += size < 300 ? 1 : 37) {
      writer.write(pattern(size, size), size);
      assert.ok(reader.tryRead()?.equals(pattern(size, size)), `${size} bytes`);
    }
    writer.write(pattern(4096, 9), 4096);
    assert.ok(reader.tryRead()?.equals(pattern(4096, 9)));
  });

  it('an empty message counts also for a reader that began while its writer was at work', () => {
    const writer = box.writer();
    const reader = beforeEachLoad(
      () => writer.write(pattern(4, 1), 4),
      () => box.reader(),
    );
    writer.write(pattern(0, 0), 0);
    assert.equal(reader.tryRead()?.length, 0);
  });

  it('what was there before it began counts as read', () => {
    const writer = box.writer();
    writer.write(pattern(3, 1), 3);
    const reader = box.reader();
    assert.equal(reader.tryRead(), undefined);
    assert.deepEqual(reader.peek(), pattern(3, 1));
    writer.write(pattern(4, 2), 4);
    assert.deepEqual(reader.tryRead(), pattern(4, 2));
    assert.deepEqual([reader.count, reader.missed], [2, 0]);
  });

  it('delivers what is in a segment newer than its last look', () => {
    const { writer, reader } = pair();
    writer.write(pattern(3, 1), 3);
    writer.write(pattern(3, 2), 3);
    reader.resync();
    assert.deepEqual(reader.tryRead(), pattern(3, 2));
    assert.deepEqual([reader.count, reader.missed], [2, 1]);
  });

  it('counts what was overwritten between two reads', () => {
    const { writer, reader } = pair();
    const write = (times: number) => {
      for (let i = 0; i < times; i++) writer.write(pattern(8, i), 8);
    };
    write(1);
    reader.tryRead();
    assert.deepEqual([reader.missed, reader.totalMissed, reader.count], [0, 0, 1]);
    write(5);
    reader.tryRead();
    assert.deepEqual([reader.missed, reader.totalMissed, reader.count], [4, 4, 6]);
    write(1);
    reader.tryRead();
    assert.deepEqual([reader.missed, reader.totalMissed, reader.count], [0, 4, 7]);
    assert.equal(box.readCount, 3n);
  });

  it('a target that is too small leaves the message unread, and says what is needed', () => {
    const { writer, reader } = pair();
    writer.write(pattern(100, 1), 100);
    const target = Buffer.alloc(99, 7);
    const error = thrownBy<EshmError>(() => reader.tryReadInto(target, 99));
    assert.ok(error instanceof EshmError);
    assert.equal(error.code, 'ESHM_BUFFER_TOO_SMALL');
    assert.match(error.message, /99 bytes, expected 100/);
    assert.ok(target.every((byte) => byte === 7));
    assert.equal(box.readCount, 0n);
    assert.deepEqual(reader.tryRead(), pattern(100, 1));
    assert.deepEqual([reader.count, reader.missed], [1, 0]);
  });

  for (const size of [4097, 0x7fff_ffff, 0xffff_ffff]) {
    it(`a dataSize of ${size} is ESHM_CORRUPT, once, and the next message is read as usual`, () => {
      const { writer, reader } = pair();
      for (const read of [() => reader.tryRead(), () => reader.tryReadInto(Buffer.alloc(4096), 4096)]) {
        writer.write(pattern(8, 1), 8);
        box.dataSize = size;
        assert.equal(thrownBy<EshmError>(() => reader.peek()).code, 'ESHM_CORRUPT');
        const error = thrownBy<EshmError>(read);
        assert.equal(error.code, 'ESHM_CORRUPT');
        assert.match(error.message, new RegExp(`${size}, expected 4096`));
        assert.ok([undefined, -1].includes(read() as undefined));
        writer.write(pattern(9, 2), 9);
        assert.deepEqual(reader.tryRead(), pattern(9, 2));
        assert.equal(reader.missed, 1, 'the corrupt one is lost');
      }
    });
  }

  it('a target larger than the slot does not let a wrong dataSize through', () => {
    const { writer, reader } = pair();
    writer.write(pattern(8, 1), 8);
    box.dataSize = 5000;
    assert.equal(
      thrownBy<EshmError>(() => reader.tryReadInto(Buffer.alloc(9000), 9000)).code,
      'ESHM_CORRUPT',
    );
  });

  it('peek() counts nothing', () => {
    const { writer, reader } = pair();
    writer.write(pattern(5, 1), 5);
    const before = Buffer.from(box.bytes);
    assert.deepEqual(reader.peek(), pattern(5, 1));
    assert.deepEqual(reader.peek(), pattern(5, 1));
    assert.ok(before.equals(box.bytes), 'nothing in the segment has changed');
    assert.deepEqual([reader.count, reader.missed, reader.totalMissed], [0, 0, 0]);
    assert.deepEqual(reader.tryRead(), pattern(5, 1));
    assert.deepEqual(reader.peek(), pattern(5, 1), 'read or not');
  });

  it('results are copies', () => {
    const { writer, reader } = pair();
    writer.write(pattern(200, 1), 200);
    const [peeked, read] = [reader.peek(), reader.tryRead()];
    writer.write(pattern(200, 2), 200);
    assert.deepEqual([peeked, read], [pattern(200, 1), pattern(200, 1)]);
  });

  it('readCount carries at 2^32, and so do sequence and count', () => {
    box.readCount = 2n ** 32n - 1n;
    box.writeCount = 2n ** 32n - 1n;
    box.sequence = 2 ** 32 - 2;
    const { writer, reader } = pair();
    for (const expected of [2n ** 32n, 2n ** 32n + 1n]) {
      writer.write(pattern(3, 4), 3);
      assert.deepEqual(reader.tryRead(), pattern(3, 4));
      assert.equal(box.readCount, expected);
      assert.equal(reader.count, Number(expected));
      assert.equal(reader.missed, 0);
    }
  });

  it('waits for nobody on an odd sequence', () => {
    const { writer, reader } = pair();
    writer.write(pattern(3, 4), 3);
    reader.tryRead();
    box.sequence += 1;
    for (let i = 0; i < 100; i++) {
      assert.equal(reader.tryRead(), undefined);
      assert.equal(reader.tryReadInto(Buffer.alloc(9), 9), -1);
      assert.equal(reader.peek(), undefined);
      box.beat(1000);
    }
    assert.equal(box.readCount, 1n);
  });

  it('a look at a write under way allocates nothing, nor does one at a channel of which nothing is known', () => {
    const { writer, reader } = pair();
    writer.write(pattern(4096, 1), 4096);
    const allocations = allocationsOf(() => {
      box.sequence += 1;
      for (let i = 0; i < 1000; i++) assert.equal(reader.tryRead(), undefined);
      const late = box.reader();
      for (let i = 0; i < 1000; i++) assert.equal(late.tryRead(), undefined);
    });
    assert.deepEqual(allocations, []);
    box.sequence -= 1;
    assert.ok(reader.tryRead()?.equals(pattern(4096, 1)));
  });

  it('copies that had to be thrown away cost the memory of one', () => {
    const { writer, reader } = pair();
    writer.write(pattern(4096, 1), 4096);
    let fills = 0;
    const message = pattern(4096, 2);
    const allocations = allocationsOf(() => {
      for (let looks = 0; looks < 20; looks++) {
        const read = duringEachCopy(
          () => {
            if (fills++ < 100) writer.write(message, 4096);
          },
          () => reader.tryRead(),
        );
        if (read === undefined) continue;
        assert.ok(read.equals(message));
        return;
      }
      assert.fail('nothing was read');
    });
    assert.ok(fills > 100);
    assert.deepEqual(allocations, [4096]);
    writer.write(pattern(4096, 3), 4096);
    const next = reader.tryRead()!;
    writer.write(pattern(4096, 4), 4096);
    reader.tryRead();
    assert.ok(next.equals(pattern(4096, 3)), 'what was handed out is not used again');
  });

  it('throws away a copy during which a message came, and gives the newer one', () => {
    const { writer, reader } = pair();
    writer.write(pattern(4096, 1), 4096);
    let once = true;
    const message = duringEachCopy(
      () => {
        if (!once) return;
        once = false;
        writer.write(pattern(4096, 2), 4096);
      },
      () => reader.tryRead(),
    );
    assert.ok(message?.equals(pattern(4096, 2)));
    assert.deepEqual([reader.retries, reader.missed, reader.count], [1, 1, 2]);
  });

  it('gives up for now on a writer that never pauses, and reads when it does', () => {
    const { writer, reader } = pair();
    let writes = 0;
    const write = () => writer.write(pattern(4096, ++writes), 4096);
    write();
    assert.equal(
      duringEachCopy(write, () => reader.tryRead()),
      undefined,
    );
    assert.ok(reader.tryRead()?.equals(pattern(4096, writes)));
    assert.equal(reader.count, writes);
  });

  it('a message that grows while it is measured is delivered whole', () => {
    const { writer, reader } = pair();
    writer.write(pattern(1, 0), 1);
    reader.tryRead();
    writer.write(pattern(1, 1), 1);
    let loads = 0;
    const message = beforeEachLoad(
      () => {
        if (++loads === 1) writer.write(pattern(1000, 2), 1000);
      },
      () => reader.tryRead(),
    );
    assert.ok(message?.equals(pattern(1000, 2)));
  });

  it('skips what a repair left, and delivers the next message', () => {
    const { writer, reader } = pair();
    writer.write(pattern(8, 1), 8);
    reader.tryRead();
    box.sequence += 1;
    const next = box.writer();
    box.startMaster();
    assert.equal(reader.tryRead(), undefined, 'the empty message in its place is nobody’s');
    next.write(pattern(8, 3), 8);
    assert.deepEqual(reader.tryRead(), pattern(8, 3));
    assert.deepEqual([reader.missed, reader.count], [0, 2]);
  });

  it('a count that ran backwards does not end the channel', () => {
    const { writer, reader } = pair();
    for (let i = 0; i < 9; i++) writer.write(pattern(8, i), 8);
    reader.tryRead();
    box.writeCount = 0n;
    box.sequence = 0;
    box.startMaster();
    const next = box.writer();
    next.write(pattern(8, 77), 8);
    assert.deepEqual(reader.tryRead(), pattern(8, 77));
    next.write(pattern(8, 78), 8);
    assert.deepEqual(reader.tryRead(), pattern(8, 78));
    assert.equal(reader.missed, 0);
  });
});

/** The sizes that were allocated for messages while `act` ran. */
function allocationsOf(act: () => void): number[] {
  const { alloc, allocUnsafe } = Buffer;
  const sizes: number[] = [];
  Buffer.allocUnsafe = (size) => {
    sizes.push(size);
    return allocUnsafe(size);
  };
  Buffer.alloc = ((size: number) => {
    sizes.push(size);
    return alloc(size);
  }) as typeof alloc;
  try {
    act();
  } finally {
    Object.assign(Buffer, { alloc, allocUnsafe });
  }
  return sizes;
}
