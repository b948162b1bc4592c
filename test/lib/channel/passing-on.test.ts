/** What whoever passes messages on needs of a mailbox: reads that count later, and writes that show what was missed. */
import assert from 'node:assert/strict';
import { beforeEachLoad, beforeEachStore, duringEachCopy, Mailbox } from './fixture.js';

const text = (words: string) => Buffer.from(words);

describe('LatePath', () => {
  let box: Mailbox;
  beforeEach(() => {
    box = new Mailbox();
  });

  function pair() {
    const writer = box.writer();
    const write = (words: string) => writer.write(text(words), words.length);
    return { writer, reader: box.reader(), write };
  }

  it('copies and counts nothing until count()', () => {
    const { reader, write } = pair();
    assert.equal(reader.late.take(), undefined);
    write('one');
    const taken = reader.late.take()!;
    assert.deepEqual([`${taken.data}`, taken.count, taken.missed], ['one', 1, 0]);
    assert.deepEqual([box.readCount, reader.count], [0n, 0]);
    assert.ok(reader.late.count(taken));
    assert.deepEqual([box.readCount, reader.count, reader.missed], [1n, 1, 0]);
    assert.equal(reader.late.take(), undefined);
    assert.equal(reader.tryRead(), undefined);
  });

  it('gives the newest in place of one that was not counted', () => {
    const { reader, write } = pair();
    write('one');
    const first = reader.late.take()!;
    write('two');
    write('three');
    const second = reader.late.take()!;
    assert.deepEqual([`${second.data}`, second.count, second.missed], ['three', 3, 2]);
    assert.ok(reader.late.count(second));
    assert.equal(reader.late.count(first), false, 'the older one is past');
    assert.deepEqual([box.readCount, reader.count, reader.missed], [1n, 3, 2]);
  });

  it('does not acknowledge the next message by the count of one that it replaced', () => {
    const { reader, write } = pair();
    write('one');
    const first = reader.late.take()!;
    write('two');
    assert.equal(reader.late.count(first), false);
    assert.equal(box.readCount, 0n);
    const second = reader.late.take()!;
    assert.deepEqual([`${second.data}`, second.missed], ['two', 0]);
    assert.ok(reader.late.count(second));
    assert.equal(box.readCount, 1n);
  });

  it('counts a message that was published again while it was passed on, and gives it once more', () => {
    const { reader, write } = pair();
    write('again');
    const first = reader.late.take()!;
    write('again');
    assert.ok(reader.late.count(first));
    assert.equal(box.readCount, 1n);
    assert.equal(`${reader.late.take()?.data}`, 'again');
  });

  it('is never torn by a write during its copy, nor counts where one is under way', () => {
    const { writer, reader, write } = pair();
    const [old, young] = [Buffer.alloc(2000, 1), Buffer.alloc(2000, 2)];
    writer.write(old, 2000);
    let writes = 0;
    const taken = duringEachCopy(
      () => {
        if (writes++ < 3) writer.write(young, 2000);
      },
      () => reader.late.take()!,
    );
    assert.ok(taken.data.equals(young));
    assert.deepEqual([taken.missed, box.readCount], [3, 0n]);
    writer.hold();
    assert.equal(
      reader.late.count(taken),
      false,
      'a sender is about to take the count that it compares with',
    );
    assert.equal(box.readCount, 0n);
    write('after');
    assert.equal(`${reader.late.take()?.data}`, 'after');
  });

  it('passes over a message that was dropped', () => {
    const { reader, write } = pair();
    write('lost');
    reader.late.drop(reader.late.take()!);
    assert.equal(reader.late.take(), undefined);
    write('kept');
    const taken = reader.late.take()!;
    assert.deepEqual([`${taken.data}`, taken.count, taken.missed], ['kept', 2, 0]);
    reader.late.count(taken);
    assert.equal(box.readCount, 1n);
  });

  for (const unread of [2 ** 30 - 1, 2 ** 30, 2 ** 31 - 2]) {
    it(`counts and drops a message with ${unread - 1} unread ones before it, once`, () => {
      const { reader, write } = pair();
      write('first');
      reader.late.count(reader.late.take()!);
      for (const act of ['count', 'drop'] as const) {
        const before = reader.count;
        box.writeCount += BigInt(unread - 1);
        box.sequence = (box.sequence + 2 * (unread - 1)) >>> 0;
        box.writer().write(text(act), act.length);
        const taken = reader.late.take()!;
        assert.deepEqual([`${taken.data}`, taken.count, taken.missed], [act, before + unread, unread - 1]);
        reader.late[act](taken);
        assert.equal(reader.late.take(), undefined, act);
        assert.deepEqual([reader.count, box.readCount], [before + unread, 2n]);
      }
    });
  }

  it('reports a size beyond the slot once, and goes on', () => {
    const { reader, write } = pair();
    write('one');
    box.dataSize = 5000;
    assert.throws(() => reader.late.take(), { code: 'ESHM_CORRUPT' });
    assert.equal(reader.late.take(), undefined);
    write('two');
    const taken = reader.late.take()!;
    assert.deepEqual([`${taken.data}`, taken.missed], ['two', 1]);
  });

  it('takes what a master wrote that came in the meantime', () => {
    const { reader, write } = pair();
    write('one');
    reader.late.count(reader.late.take()!);
    box.startMaster();
    box.writer().write(text('new'), 3);
    const taken = reader.late.take()!;
    assert.deepEqual([`${taken.data}`, taken.missed], ['new', 0]);
  });
});

describe('MailboxWriter.writeAfter()', () => {
  let box: Mailbox;
  beforeEach(() => {
    box = new Mailbox();
  });

  it('shows the reader what it missed on the way', () => {
    const [writer, reader] = [box.writer(), box.reader()];
    writer.write(text('one'), 3);
    reader.tryRead();
    for (const [missed, size] of [
      [0, 3],
      [4, 3],
      [1, 2000],
      [100_000, 200],
    ] as const) {
      const data = Buffer.alloc(size, missed);
      writer.writeAfter(missed, data, size);
      assert.ok(reader.tryRead()?.equals(data));
      assert.equal(reader.missed, missed);
      writer.write(text('next'), 4);
      assert.equal(`${reader.tryRead()}`, 'next');
      assert.equal(reader.missed, 0);
    }
    assert.equal(box.writeCount, BigInt(9 + 100_005));
    assert.equal(BigInt(box.sequence), 2n * box.writeCount);
    assert.equal(reader.count, Number(box.writeCount));
  });

  it('is told to a reader that joined late, and in no state of a write taken for rest', () => {
    const writer = box.writer();
    let reader = box.reader({ sequence: 0, writes: 0 });
    for (let missed = 0; missed < 1000; missed++) {
      const data = Buffer.alloc(16, missed);
      let looks = 0;
      const seen: Buffer[] = [];
      beforeEachStore(
        () => {
          looks++;
          const found = reader.tryRead();
          if (found !== undefined) seen.push(found);
        },
        () => writer.writeAfter(missed, data, 16),
      );
      assert.ok(looks > 0);
      assert.deepEqual(seen, [], `missed ${missed}: a look in the middle`);
      assert.ok(reader.tryRead()?.equals(data), `missed ${missed}`);
      if (missed % 3 === 0) reader = box.reader(box.place());
    }
  });

  it('between publishing and counting it is never like a channel after a repair', () => {
    const writer = box.writer();
    const states = new Set<number>();
    for (let missed = 0; missed < 600; missed++) {
      const before = Number(box.writeCount);
      writer.writeAfter(missed, text('x'), 1);
      states.add((box.sequence - 2 * before) & 255);
    }
    assert.equal(states.has(0), false);
  });

  it('owes what one write cannot show, and pays with the next', () => {
    const [writer, reader] = [box.writer(), box.reader()];
    let told = 0;
    writer.writeAfter(127, text('a'), 1);
    reader.tryRead();
    told += reader.missed;
    assert.equal(told, 126);
    writer.writeAfter(0, text('b'), 1);
    reader.tryRead();
    assert.equal(told + reader.missed, 127);
  });

  it('carries into the high half of the count', () => {
    box.writeCount = 2n ** 32n - 3n;
    box.sequence = Number((2n * box.writeCount) & 0xffffffffn);
    const writer = box.writer();
    for (let i = 0; i < 4; i++) writer.writeAfter(5, text('x'), 1);
    assert.equal(box.writeCount, 2n ** 32n - 3n + 4n + 20n);
    assert.equal(BigInt(box.sequence), (2n * box.writeCount) & 0xffffffffn);
  });

  it('refuses bytes that are gone before the slot is opened', () => {
    const writer = box.writer();
    const data = new Uint8Array(64);
    structuredClone(data, { transfer: [data.buffer] });
    assert.throws(() => writer.writeAfter(3, data, 64), TypeError);
    assert.deepEqual([box.sequence, box.writeCount], [0, 0n]);
  });

  it('is read by a look at each of its loads as one message', () => {
    const [writer, reader] = [box.writer(), box.reader()];
    let writes = 0;
    const read = beforeEachLoad(
      () => {
        if (writes++ === 0) writer.writeAfter(9, text('once'), 4);
      },
      () => reader.tryRead() ?? reader.tryRead(),
    );
    assert.equal(`${read}`, 'once');
    assert.equal(reader.tryRead(), undefined);
  });
});
