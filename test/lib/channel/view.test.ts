import assert from 'node:assert/strict';
import type { MailboxReader, MailboxWriter, Window } from '../../../lib/channel/index.js';
import { EshmError } from '../../../lib/errors.js';
import { thrownBy } from '../../support/thrown.js';
import { Mailbox } from './fixture.js';

const SIZE = 16;

/** A window on two doubles. */
class Doubles implements Window<Float64Array> {
  readonly size = SIZE;
  readonly copy = new Uint8Array(SIZE);
  readonly copied = new Float64Array(this.copy.buffer);
  readonly inPlace: Float64Array;
  isAlive = false;

  constructor(reader: MailboxReader) {
    const { buffer, byteOffset } = reader.slotBytes;
    this.inPlace = new Float64Array(buffer, byteOffset, 2);
  }

  begin(): Float64Array {
    this.isAlive = true;
    return this.inPlace;
  }

  beginCopy(): Float64Array {
    this.isAlive = true;
    return this.copied;
  }

  end(): void {
    this.isAlive = false;
  }

  accept(size: number): void {
    if (size !== SIZE) throw new EshmError('ESHM_CORRUPT', `size is ${size}`);
  }

  judge(): void {}
}

describe('Looks.view()', () => {
  let box: Mailbox;
  let writer: MailboxWriter;
  let reader: MailboxReader;
  let window: Doubles;
  let next = 0;
  const sum = (pair: Float64Array) => pair[0]! + pair[1]!;

  const write = (value = ++next) => {
    const pair = new Float64Array([value, -value]);
    writer.write(new Uint8Array(pair.buffer), SIZE);
  };

  beforeEach(() => {
    box = new Mailbox();
    writer = box.writer();
    reader = box.reader();
    window = new Doubles(reader);
  });

  it('gives what the look returned, once for each message, and counts it', () => {
    assert.equal(reader.looks.view(window, sum), undefined);
    write(5);
    assert.equal(
      reader.looks.view(window, (pair) => pair[0]),
      5,
    );
    assert.equal(
      reader.looks.view(window, (pair) => pair[0]),
      undefined,
    );
    assert.equal(box.readCount, 1n);
    assert.equal(reader.count, 1);
    write();
    write();
    assert.equal(reader.looks.view(window, sum), 0);
    assert.equal(reader.missed, 1);
    assert.equal(box.readCount, 2n);
  });

  /** Has the reader know its writer: what it does not know it takes the careful way to. */
  const meet = () => {
    write(100);
    reader.looks.view(window, sum);
  };

  it('looks in place: at the mapped bytes, while the life of the accessors lasts', () => {
    meet();
    write();
    reader.looks.view(window, (pair) => {
      assert.equal(pair, window.inPlace);
      assert.equal(window.isAlive, true);
    });
    assert.equal(window.isAlive, false);
  });

  it('throws away what it saw of a message that was replaced meanwhile, and looks again', () => {
    meet();
    write(1);
    const seen: number[] = [];
    const value = reader.looks.view(window, (pair) => {
      seen.push(pair[0]!);
      if (seen.length === 1) write(2);
      return pair[0]! + pair[1]!;
    });
    assert.equal(value, 0);
    assert.deepEqual(seen, [1, 2]);
    assert.equal(box.readCount, 2n);
    assert.equal(reader.missed, 1);
    assert.equal(reader.retries, 1);
  });

  it('a throw at a torn message is nobody’s error', () => {
    meet();
    write(1);
    let looks = 0;
    const value = reader.looks.view(window, (pair) => {
      if (++looks === 1) {
        write(2);
        throw new Error('torn');
      }
      return pair[0];
    });
    assert.equal(value, 2);
    assert.equal(looks, 2);
  });

  it('a throw at a whole message is thrown, and counts nothing', () => {
    meet();
    write(1);
    const error = thrownBy(() =>
      reader.looks.view(window, () => {
        throw new Error('mine');
      }),
    );
    assert.equal(error.message, 'mine');
    assert.equal(window.isAlive, false);
    assert.equal(box.readCount, 1n);
    assert.equal(
      reader.looks.view(window, (pair) => pair[0]),
      1,
    );
    assert.equal(reader.missed, 0);
    assert.equal(box.readCount, 2n);
  });

  it('looks at a copy when the writer is always quicker', () => {
    meet();
    write(1);
    const seen: Float64Array[] = [];
    const value = reader.looks.view(window, (pair) => {
      seen.push(pair);
      const result = pair[0]! + pair[1]!;
      write();
      return result;
    });
    assert.equal(value, 0);
    assert.equal(seen.at(-1), window.copied);
    assert.deepEqual(seen.slice(0, -1), [window.inPlace, window.inPlace, window.inPlace]);
    assert.equal(box.readCount, 2n);
  });

  it('a throw at a copy counts nothing either: the message and those missed before it are there still', () => {
    write();
    write(7);
    writer.write(new Uint8Array(0), 0);
    reader.tryRead();
    write();
    let looks = 0;
    thrownBy(() =>
      reader.looks.view(window, (pair) => {
        looks++;
        if (pair === window.copied) throw new Error('mine');
        write();
      }),
    );
    assert.equal(looks, 4);
    assert.equal(box.readCount, 1n);
    assert.equal(reader.looks.view(window, sum), 0);
    assert.equal(reader.missed, 3);
    assert.equal(box.readCount, 2n);
  });

  it('a look at a copy counts when it is over, never before, and never less afterwards', () => {
    write();
    const counts: bigint[] = [];
    const refuse = () => {
      counts.push(box.readCount);
      throw new Error('mine');
    };
    for (let i = 0; i < 3; i++) {
      assert.equal(thrownBy<Error>(() => reader.looks.view(window, refuse)).message, 'mine');
      counts.push(box.readCount);
    }
    assert.deepEqual(new Set(counts), new Set([0n]));
    assert.equal(box.receipt, 0);
    reader.looks.view(window, () => assert.equal(box.readCount, 0n));
    assert.deepEqual([box.readCount, box.receipt], [1n, box.sequence]);
  });

  it('a message of another size that another one replaces while there is room made for it', () => {
    writer.write(new Uint8Array(SIZE + 1).fill(9), SIZE + 1);
    const { allocUnsafe } = Buffer;
    Buffer.allocUnsafe = (size) => {
      Buffer.allocUnsafe = allocUnsafe;
      write(7);
      return allocUnsafe(size);
    };
    try {
      assert.deepEqual(
        reader.looks.view(window, (pair) => [...pair]),
        [7, -7],
      );
    } finally {
      Buffer.allocUnsafe = allocUnsafe;
    }
    assert.deepEqual([reader.count, reader.missed], [2, 1]);
  });

  it('a read within a look at a copy takes the same message, and it counts once', () => {
    write(3);
    assert.equal(
      reader.looks.view(window, (pair) => {
        assert.equal(reader.tryRead()?.length, SIZE);
        return pair[0];
      }),
      3,
    );
    assert.deepEqual([box.readCount, reader.count, reader.missed], [1n, 1, 0]);
  });

  it('does not look at a write under way', () => {
    write();
    reader.looks.view(window, sum);
    box.sequence += 1;
    assert.equal(
      reader.looks.view(window, () => assert.fail('looked')),
      undefined,
    );
  });

  it('does not take another writer’s parity for the one it knew', () => {
    write();
    reader.looks.view(window, sum);
    // One that died in mid-write, and an original one that goes on from there: odd is rest now.
    box.sequence += 1;
    box.startMaster();
    box.sequence += 1; // begins its first message
    assert.equal(
      reader.looks.view(window, () => assert.fail('looked')),
      undefined,
    );
  });

  it('hands on a message of another size, counted, to be refused', () => {
    writer.write(new Uint8Array(5), 5);
    assert.match(thrownBy(() => reader.looks.view(window, sum)).message, /size is 5/);
    assert.equal(reader.looks.view(window, sum), undefined);
    writer.write(new Uint8Array(4000), 4000);
    assert.match(thrownBy(() => reader.looks.view(window, sum)).message, /size is 4000/);
    box.dataSize = 5000;
    write(3);
    assert.equal(reader.looks.view(window, sum), 0);
  });

  it('skips a size that no slot has', () => {
    write();
    box.dataSize = 2 ** 31;
    assert.equal(thrownBy<EshmError>(() => reader.looks.view(window, sum)).code, 'ESHM_CORRUPT');
    assert.equal(reader.looks.view(window, sum), undefined);
  });

  it('a read within the look counts the message once', () => {
    write();
    reader.looks.view(window, () => reader.tryRead());
    assert.equal(box.readCount, 1n);
    assert.equal(reader.missed, 0);
  });
});
