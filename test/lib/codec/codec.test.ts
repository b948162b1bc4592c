import assert from 'node:assert/strict';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { Eshm, type EshmError } from '../../../lib/index.js';
import { fromObject, type Item, items, toObject } from '../../../lib/items/index.js';
import { record, u32 } from '../../../lib/record/index.js';
import { channelName, closeAll, closeLater } from '../async/endpoints.js';

interface Pose {
  readonly x: number;
  readonly label?: string | null;
}

const json = {
  encode: (value: Pose | null) => JSON.stringify(value),
  decode: (bytes: Buffer): Pose | null => JSON.parse(String(bytes)),
};

const Command = record('Command', { id: u32 });

function pair() {
  const name = channelName();
  const master = closeLater(Eshm.open(name, { role: 'master', codec: json }));
  const slave = closeLater(Eshm.open(name, { role: 'slave', codec: json }));
  return { name, master, slave };
}

/** A pair whose slave has a codec that fails at `'bad'`, and knows text otherwise. */
function failing(fail: (text: string) => unknown) {
  const name = channelName();
  const codec = {
    encode: (text: string) => text,
    decode: (bytes: Buffer) => (String(bytes) === 'bad' ? (fail('bad') as string) : String(bytes)),
  };
  const master = closeLater(Eshm.open(name, { role: 'master' }));
  const slave = closeLater(Eshm.open(name, { role: 'slave', codec }));
  return { master, slave };
}

const open = (codec: unknown, others: object = {}) =>
  Eshm.open('never', { codec: codec as never, ...others });

describe('option codec', () => {
  afterEach(closeAll);

  it('makes messages of values and values of messages, for every way to write and to read', async () => {
    const { master, slave } = pair();
    master.write({ x: 1 });
    assert.deepEqual(slave.peek(), { x: 1 });
    assert.deepEqual(slave.tryRead(), { x: 1 });
    assert.ok(master.tryWrite({ x: 2 }));
    assert.deepEqual(slave.readSync(), { x: 2 });
    const sending = master.send({ x: 3 });
    assert.deepEqual(await slave.read(), { x: 3 });
    await sending;
    slave.write({ x: 4, label: 'grüße' });
    for await (const pose of master) {
      assert.deepEqual(pose, { x: 4, label: 'grüße' });
      break;
    }
    master.write(null);
    for await (const { data } of slave.messages()) {
      assert.equal(data, null);
      break;
    }
    slave.write({ x: 5 });
    const raw = Buffer.alloc(64);
    assert.equal(raw.toString('utf8', 0, master.tryReadInto(raw)), '{"x":5}', 'bytes as they are');
  });

  it('goes through streams, and says what a stream cannot pass on', async () => {
    const { master, slave } = pair();
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const pose of slave.readable()) seen.push(pose);
    })();
    await pipeline([{ x: 1 }, { x: 2 }], master.writable());
    master.write(null);
    await assert.rejects(reading, { name: 'TypeError', message: /its codec decoded it to null/ });
    assert.deepEqual(seen, [{ x: 1 }, { x: 2 }]);
  });

  it('may be one for each way, or for one of them', async () => {
    const name = channelName();
    const length = { encode: (value: number) => Buffer.alloc(value, 0x2e) };
    const sum = { decode: (bytes: Buffer) => bytes.reduce((all, byte) => all + byte, 0) };
    const master = closeLater(Eshm.open(name, { role: 'master', codec: { out: length, in: sum } }));
    const slave = closeLater(Eshm.open(name, { role: 'slave', codec: { in: sum }, encoding: 'utf8' }));
    master.write(3);
    assert.equal(slave.tryRead(), 3 * 0x2e);
    slave.write('ab');
    assert.equal(master.tryRead(), 0x61 + 0x62);
  });

  it('stands beside a record for the other way', () => {
    const name = channelName();
    const master = closeLater(
      Eshm.open(name, { role: 'master', record: { out: Command }, codec: { in: json } }),
    );
    const slave = closeLater(
      Eshm.open(name, { role: 'slave', record: { in: Command }, codec: { out: json } }),
    );
    master.update((command) => {
      command.id = 7;
    });
    assert.equal(
      slave.view((command) => command.id),
      7,
    );
    slave.write({ x: 1 });
    assert.deepEqual(master.tryRead(), { x: 1 });
  });

  it('takes an object with methods, and a record', () => {
    const name = channelName();
    class Reverse {
      readonly #end = '!';
      encode(text: string) {
        return `${[...text].reverse().join('')}${this.#end}`;
      }
      decode(bytes: Buffer) {
        return String(bytes) + this.#end;
      }
    }
    const master = closeLater(Eshm.open(name, { role: 'master', codec: new Reverse() }));
    const slave = closeLater(Eshm.open(name, { role: 'slave', codec: new Reverse() }));
    master.write('abc');
    assert.equal(slave.tryRead(), 'cba!!');
    slave.close();
    const reader = closeLater(Eshm.open(name, { role: 'slave', codec: Command }));
    reader.write({ id: 5 });
    assert.equal(master.tryRead()!.length, Command.size + 1);
  });

  it('what encode() throws is thrown before anything is touched', async () => {
    const { master, slave } = pair();
    master.write({ x: 1 });
    const before = master.stats().m2sWriteCount;
    const circle: { x: number; self?: unknown } = { x: 2 };
    circle.self = circle;
    for (const write of [
      () => master.write(circle),
      () => master.tryWrite(circle),
      () => master.sendSync(circle),
    ]) {
      assert.throws(write, { name: 'TypeError', message: /circular/ });
    }
    await assert.rejects(master.send(circle), { name: 'TypeError', message: /circular/ });
    assert.equal(master.stats().m2sWriteCount, before);
    assert.deepEqual(slave.tryRead(), { x: 1 });
    master.write({ x: 3 });
    assert.deepEqual(slave.tryRead(), { x: 3 });
  });

  it('encode() must return bytes or a string, that fit', () => {
    const name = channelName();
    let made: unknown;
    const codec = { encode: (_: number) => made as string, decode: (bytes: Buffer) => bytes };
    const master = closeLater(Eshm.open(name, { role: 'master', codec }));
    for (const [wrong, found] of [
      [undefined, 'what is of type undefined'],
      [{}, 'what is of class Object'],
      [Promise.reject(new Error('late')), 'a promise'],
    ] as const) {
      made = wrong;
      assert.throws(() => master.write(1), {
        name: 'TypeError',
        message: `Cannot write: encode() of the codec returned ${found}, expected a Uint8Array or a string at once`,
      });
    }
    made = new Uint8Array(4097);
    assert.throws(() => master.write(1), { code: 'ESHM_BUFFER_TOO_SMALL' });
    assert.throws(() => master.tryWrite(1), { code: 'ESHM_BUFFER_TOO_SMALL' });
    assert.equal(master.stats().m2sWriteCount, 0n);
  });

  it('what decode() throws is ESHM_CORRUPT with that as its cause; the next message is read as usual', async () => {
    const cause = new SyntaxError('no such thing');
    const { master, slave } = failing(() => {
      throw cause;
    });
    const corrupt = {
      name: 'EshmError',
      code: 'ESHM_CORRUPT',
      cause,
      message: `Cannot read message from '${slave.name}': its codec cannot decode it: no such thing`,
    };
    for (const read of [() => slave.tryRead(), () => slave.readSync({ timeoutMs: 0 }), () => slave.peek()]) {
      master.write('bad');
      assert.throws(read, corrupt);
    }
    const reading = slave.read();
    await assert.rejects(reading, corrupt);
    assert.equal(slave.stats().corrupt, 3, 'a look without reading counts nothing');
    master.write('good');
    assert.equal(slave.tryRead(), 'good');
  });

  it('a message that decode() refuses ends no loop and no stream, and is told', async () => {
    const { master, slave } = failing(() => {
      throw new Error('refused');
    });
    const told: EshmError[] = [];
    slave.on('corrupt', (error) => told.push(error));
    for (const read of [
      async () => {
        for await (const text of slave) return text;
        return undefined;
      },
      async () => {
        for await (const text of slave.readable()) return text;
        return undefined;
      },
    ]) {
      const reading = read();
      const corrupted = once(slave, 'corrupt');
      master.write('bad');
      await corrupted;
      master.write('good');
      assert.equal(await reading, 'good');
    }
    assert.deepEqual(
      told.map(({ code }) => code),
      ['ESHM_CORRUPT', 'ESHM_CORRUPT'],
    );
  });

  it('decode() that returns nothing, or a promise, is ESHM_CORRUPT too', () => {
    let given: unknown;
    const { master, slave } = failing(() => given);
    for (const [wrong, found] of [
      [undefined, 'undefined, which stands for no message'],
      [Promise.reject(new Error('late')), 'a promise'],
    ] as const) {
      given = wrong;
      master.write('bad');
      assert.throws(() => slave.tryRead(), {
        code: 'ESHM_CORRUPT',
        message: `Cannot read message from '${slave.name}': decode() of its codec returned ${found}, expected its value at once`,
      });
    }
  });

  it('decode() gets memory of its own', () => {
    const name = channelName();
    const keep: Buffer[] = [];
    const codec = { encode: (text: string) => text, decode: (bytes: Buffer) => keep.push(bytes) };
    const master = closeLater(Eshm.open(name, { role: 'master' }));
    const slave = closeLater(Eshm.open(name, { role: 'slave', codec }));
    master.write('one');
    slave.tryRead();
    master.write('two');
    slave.tryRead();
    assert.deepEqual(keep.map(String), ['one', 'two']);
  });

  it('a codec may close its endpoint', () => {
    const name = channelName();
    const codec = {
      encode: (text: string) => {
        if (text === 'close') master.close();
        return text;
      },
      decode: (bytes: Buffer) => {
        slave.close();
        return String(bytes);
      },
    };
    const master = closeLater(Eshm.open(name, { role: 'master', codec: { out: codec } }));
    const slave = closeLater(Eshm.open(name, { role: 'slave', codec: { in: codec } }));
    master.write('last');
    assert.equal(slave.tryRead(), 'last');
    assert.throws(() => slave.tryRead(), { code: 'ESHM_CLOSED' });
    assert.throws(() => master.write('close'), { code: 'ESHM_CLOSED' });
  });

  it('memory that the codec uses again is taken at once, also by sends that wait for their turn', async () => {
    const name = channelName();
    const codec = items();
    const master = closeLater(Eshm.open(name, { role: 'master', codec }));
    const slave = closeLater(Eshm.open(name, { role: 'slave', codec }));
    const counts = [1n, 2n, 3n, 4n, 5n];
    const sent = counts.map((counter) => master.send(fromObject({ counter })));
    const seen: unknown[] = [];
    for await (const list of slave) {
      if (seen.push(toObject(list).counter) === counts.length) break;
    }
    await Promise.all(sent);
    assert.deepEqual(seen, counts);
    const again = master.send(fromObject({ counter: 6n }), { resendMs: 1 });
    codec.encode(fromObject({ counter: 7n }));
    const list: Item[] = await slave.read();
    await again;
    assert.equal(toObject(list).counter, 6n);
  });

  it('says what it expected where it is no codec', () => {
    const expected =
      "expected an object with encode() and decode(), or one with such objects as 'out' and 'in'";
    for (const [codec, message] of [
      [null, `codec is null, ${expected}`],
      ['json', `codec is of type string, ${expected}`],
      [JSON, `codec has neither, ${expected}`],
      [{}, `codec has neither, ${expected}`],
      [{ stringify: 1 }, `codec has a 'stringify', ${expected}`],
      [
        { encode: json.encode },
        "codec is without decode(), expected an object with decode(); for one way alone, give it as 'out' or 'in'",
      ],
      [{ out: { decode: json.decode } }, 'codec.out is without encode(), expected an object with encode()'],
      [{ in: null }, 'codec.in is null, expected an object with decode()'],
      [{ in: 'json' }, 'codec.in is of type string, expected an object with decode()'],
    ] as const) {
      assert.throws(() => open(codec), { name: 'TypeError', message: `Cannot open: ${message}` });
    }
  });

  it('refuses two answers for one way', () => {
    assert.throws(() => open({ out: json }, { record: Command }), {
      name: 'RangeError',
      message: "Cannot open: the way 'out' has a record and a codec, expected one of them",
    });
    assert.throws(() => open(json, { encoding: 'utf8' }), {
      name: 'RangeError',
      message:
        "Cannot open: encoding is 'utf8' while both ways have a codec, expected one of them; no message would be text",
    });
  });
});
