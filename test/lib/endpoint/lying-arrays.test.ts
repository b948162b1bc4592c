import assert from 'node:assert/strict';
import { Eshm, type EshmError } from '../../../lib/index.js';
import { array, record, u8 } from '../../../lib/record/index.js';
import { assertNothingLeft, thrownBy, uniqueName } from '../../support/channels.js';

const BYTES = Uint8Array.from({ length: 16 }, (_, i) => i + 1);

/** An array with `BYTES` that says it has `length`. */
type Liar = (length: number) => Uint8Array;

const LIARS: Readonly<Record<string, Liar>> = {
  'a property of its own': (length) => {
    const liar = Uint8Array.from(BYTES);
    Object.defineProperty(liar, 'length', { value: length });
    return liar;
  },
  'a subclass': (length) => {
    class Lying extends Uint8Array {
      override get length() {
        return length;
      }
    }
    return Lying.from(BYTES) as unknown as Uint8Array;
  },
  'a Buffer': (length) => {
    // Not of the pool, whose memory cannot be sent away.
    const liar = Buffer.from(new ArrayBuffer(BYTES.length));
    liar.set(BYTES);
    Object.defineProperty(liar, 'length', { get: () => length });
    return liar;
  },
};

/** Sends the memory of an array away. */
function transfer(array: Uint8Array): void {
  structuredClone(array.buffer, { transfer: [array.buffer as ArrayBuffer] });
}

describe('a Uint8Array that says it has another length than it has', () => {
  let name: string;
  const open: { close(): void }[] = [];

  beforeEach(() => {
    name = uniqueName('liars');
  });
  afterEach(() => {
    for (const one of open.splice(0).reverse()) one.close();
    assertNothingLeft();
  });

  function pair(maxDataSize = 4096) {
    const master = Eshm.open(name, { role: 'master', maxDataSize });
    open.push(master);
    const slave = Eshm.open(name, { role: 'slave', maxDataSize });
    open.push(slave);
    return { master, slave };
  }

  for (const [how, lying] of Object.entries(LIARS)) {
    for (const length of [-1, 0, 8, 15, 17, 4096, Number.NaN, 1.5, 2 ** 32]) {
      it(`${how}, ${length} of 16 bytes: its bytes are published, all of them and no other`, () => {
        const { master, slave } = pair();
        const liar = lying(length);
        // So often that any array is known by then.
        for (let time = 0; time < 5; time++) {
          for (const publish of [
            () => master.write(liar),
            () => assert.equal(master.tryWrite(liar), true),
            () => assert.throws(() => master.sendSync(liar, { timeoutMs: 0 }), { code: 'ESHM_TIMEOUT' }),
          ]) {
            master.write(Buffer.alloc(40, 0xee));
            publish();
            assert.deepEqual(slave.tryRead(), Buffer.from(BYTES));
          }
        }
      });
    }

    it(`${how}: more bytes than fit are refused before anything is touched`, () => {
      const { master, slave } = pair(15);
      for (let time = 0; time < 3; time++) {
        assert.equal(thrownBy<EshmError>(() => master.write(lying(3))).code, 'ESHM_BUFFER_TOO_SMALL');
        assert.equal(thrownBy<EshmError>(() => master.tryWrite(lying(3))).code, 'ESHM_BUFFER_TOO_SMALL');
      }
      assert.equal(slave.peek(), undefined);
    });

    it(`${how}: what it says is no room for what it has not`, () => {
      const { master, slave } = pair();
      for (let time = 0; time < 5; time++) {
        const target = lying(4096);
        master.write(Buffer.alloc(17, 7));
        assert.equal(thrownBy<EshmError>(() => slave.tryReadInto(target)).code, 'ESHM_BUFFER_TOO_SMALL');
        const small = lying(1);
        master.write(Buffer.alloc(16, 8));
        assert.equal(slave.tryReadInto(small), 16);
        assert.deepEqual([...Uint8Array.prototype.values.call(small)], [...Buffer.alloc(16, 8)]);
      }
    });

    it(`${how}: text with a NUL behind it, records and queued sends have its bytes too`, async () => {
      const Sixteen = record('Sixteen', { all: array(u8, 16) });
      const master = Eshm.open(name, { role: 'master', encoding: 'cstring', record: { in: Sixteen } });
      open.push(master);
      const slave = Eshm.open(name, { role: 'slave', record: { out: Sixteen } });
      open.push(slave);
      master.write(lying(3));
      assert.deepEqual(slave.tryRead(), Buffer.from([...BYTES, 0]));
      slave.write(lying(16) as never);
      slave.write(lying(3) as never);
      assert.deepEqual([...master.tryRead()!.all], [...BYTES]);
      assert.deepEqual([...Sixteen.decode(lying(3)).all], [...BYTES]);
      const sent = [master.send('first'), master.send(lying(3)), master.send(lying(99))];
      for (const expected of [
        Buffer.from('first\0'),
        Buffer.from([...BYTES, 0]),
        Buffer.from([...BYTES, 0]),
      ]) {
        assert.deepEqual(await slave.read(), expected);
      }
      await Promise.all(sent);
    });
  }

  for (const [how, lying] of Object.entries(LIARS)) {
    it(`${how}: that its memory was sent away is seen, by writes and by reads, and no message is lost`, () => {
      const { master, slave } = pair();
      const liar = lying(16);
      for (let time = 0; time < 5; time++) {
        master.write(liar);
        assert.equal(slave.tryReadInto(liar), 16);
      }
      transfer(liar);
      assert.throws(
        () => master.write(liar),
        /^TypeError: Cannot write: the memory of data, which says it has 16/,
      );
      assert.throws(() => master.tryWrite(liar), /^TypeError: Cannot write: the memory of data/);
      assert.equal(slave.tryRead(), undefined, 'nothing was published');
      master.write(BYTES);
      assert.throws(
        () => slave.tryReadInto(liar),
        /^TypeError: Cannot read message: the memory of target, which says it has 16.*; the message stays unread/,
      );
      assert.deepEqual(slave.tryRead(), Buffer.from(BYTES));
    });
  }

  it('an array with another buffer of its own: its bytes are published', () => {
    const { master, slave } = pair();
    for (const size of [16, 400, 4000]) {
      const liar = Buffer.from(new Uint8Array(size).fill(9));
      Object.defineProperty(liar, 'buffer', { value: new ArrayBuffer(8) });
      Object.defineProperty(liar, 'byteOffset', { value: 4 });
      for (let time = 0; time < 5; time++) {
        master.write(liar);
        assert.deepEqual(slave.tryRead(), Buffer.alloc(size, 9));
      }
    }
  });

  it('what has the prototype of an array and is none is refused', () => {
    const { master, slave } = pair();
    const fake = Object.create(Uint8Array.prototype, { length: { value: 3 } });
    for (let time = 0; time < 3; time++) {
      assert.throws(() => master.write(fake), /^TypeError: Cannot write: data is/);
      assert.throws(() => master.tryWrite(fake), /^TypeError: Cannot write: data is/);
      assert.throws(() => slave.tryReadInto(fake), /^TypeError: Cannot read: target is/);
    }
    assert.equal(slave.tryRead(), undefined);
  });
});
