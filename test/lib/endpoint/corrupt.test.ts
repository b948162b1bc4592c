/** One message that cannot be taken: what each way to read does about it, and what is told. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { layoutFor } from '../../../layout/index.js';
import { Eshm, EshmError } from '../../../lib/index.js';
import { Segment } from '../../../syscalls/index.js';
import { assertNothingLeft, segmentOf, thrownBy, uniqueName, until } from '../../support/channels.js';

const corrupt = { name: 'EshmError', code: 'ESHM_CORRUPT' };

describe('a corrupt message', () => {
  let name: string;
  const open: { close(): void }[] = [];

  beforeEach(() => {
    name = uniqueName('corrupt');
  });
  afterEach(() => {
    for (const one of open.splice(0).reverse()) one.close();
    assertNothingLeft();
  });

  function pair<E extends 'utf8' | null = null>(encoding?: E) {
    const master = Eshm.open(name, { role: 'master' });
    open.push(master);
    const slave = Eshm.open(name, { role: 'slave', encoding: encoding ?? null });
    open.push(slave);
    return { master, slave };
  }

  /** A message whose size is beyond the slot. In one go, so that no reader of this thread can come in between. */
  function writeDamaged(master: Eshm): void {
    master.write('damaged');
    const raw = Segment.attach(segmentOf(name)!.id);
    const { masterToSlave, channel } = layoutFor();
    raw.bytes.writeUInt32LE(4097, masterToSlave + channel.dataSize);
    raw.detach();
  }

  const NOT_UTF8 = Buffer.of(0x61, 0xff);
  const kinds: [what: string, encoding: 'utf8' | null, write: (master: Eshm) => void, isMissed: boolean][] = [
    ['of an impossible size', null, writeDamaged, true],
    ['that is not UTF-8', 'utf8', (master) => master.write(NOT_UTF8), false],
  ];

  for (const [what, encoding, writeCorrupt, isMissed] of kinds) {
    describe(what, () => {
      for (const [way, consume] of [
        [
          'for await',
          async (slave: Eshm<string | Buffer>, got: string[]) => {
            for await (const data of slave) if (got.push(`${data}`) === 3) return;
          },
        ],
        [
          'messages()',
          async (slave: Eshm<string | Buffer>, got: string[]) => {
            for await (const { data, missed } of slave.messages()) {
              assert.equal(missed, isMissed && got.length > 0 ? 1 : 0);
              if (got.push(`${data}`) === 3) return;
            }
          },
        ],
        [
          'readable()',
          async (slave: Eshm<string | Buffer>, got: string[]) => {
            for await (const data of slave.readable()) if (got.push(`${data}`) === 3) return;
          },
        ],
      ] as const) {
        it(`does not end ${way}, found while it polls or is parked`, async () => {
          const { master, slave } = pair(encoding);
          const got: string[] = [];
          const errors: EshmError[] = [];
          slave.on('corrupt', (error) => errors.push(error));
          master.write('one');
          const consuming = consume(slave, got);
          await until('the first message', () => got.length === 1);
          writeCorrupt(master);
          await until('the event', () => errors.length === 1);
          master.write('two');
          await until('the message after it', () => got.length === 2);
          await sleep(20); // by now it is parked
          writeCorrupt(master);
          await until('the second event', () => errors.length === 2);
          master.write('three');
          await consuming;
          assert.deepEqual(got, ['one', 'two', 'three']);
          assert.equal(slave.stats().corrupt, 2);
          for (const error of errors) assert.equal(error.code, 'ESHM_CORRUPT');
          writeCorrupt(master);
          // The loop is left: a read by itself throws, as ever.
          await assert.rejects(slave.read(), corrupt);
        });
      }

      it('that is there before the first next() is passed over too', async () => {
        const { master, slave } = pair(encoding);
        const messages = slave.messages();
        writeCorrupt(master);
        const told = once(slave, 'corrupt');
        const first = messages.next();
        await told;
        master.write('good');
        assert.equal(`${(await first).value?.data}`, 'good');
        await messages.return?.();
      });

      it('is thrown by each single read and counted once by each; peek() throws and counts nothing', async () => {
        const { master, slave } = pair(encoding);
        const errors: unknown[] = [];
        slave.on('corrupt', (error) => errors.push(error));
        const thrown: unknown[] = [];
        const reads: (() => unknown)[] = [() => slave.tryRead(), () => slave.readSync()];
        if (isMissed) reads.push(() => slave.tryReadInto(Buffer.alloc(4096)));
        for (const read of reads) {
          writeCorrupt(master);
          for (let i = 0; i < 3; i++) assert.throws(() => slave.peek(), corrupt);
          assert.equal(slave.stats().corrupt, thrown.length);
          thrown.push(thrownBy(read));
          assert.equal(slave.stats().corrupt, thrown.length);
          assert.equal(slave.tryRead(), undefined, 'once only');
          assert.equal(errors.length, 0, 'told on a later tick');
        }
        writeCorrupt(master);
        await slave.read().catch((error) => thrown.push(error));
        assert.equal(slave.stats().corrupt, reads.length + 1);
        await sleep(1);
        assert.deepEqual(errors, thrown);
        for (const [i, error] of errors.entries()) assert.equal(error, thrown[i], 'the same object');
        assert.equal(master.stats().corrupt, 0);
        master.write('good');
        assert.equal(`${slave.readSync()}`, 'good');
      });
    });
  }

  it('is bytes like any other to tryReadInto(), whatever the encoding', () => {
    const { master, slave } = pair('utf8');
    master.write(NOT_UTF8);
    assert.equal(slave.tryReadInto(Buffer.alloc(4096)), 2);
    assert.equal(slave.stats().corrupt, 0);
  });

  for (const [way, begin] of [
    ['messages()', (slave: Eshm<string | Buffer>) => slave.messages()],
    ['for await', (slave: Eshm<string | Buffer>) => slave[Symbol.asyncIterator]()],
    ['readable()', (slave: Eshm<string | Buffer>) => slave.readable()[Symbol.asyncIterator]()],
  ] as const) {
    it(`is a warning of the process where ${way} passes over it and nobody listens, the first one only`, async () => {
      const { master, slave } = pair('utf8');
      const warnings: (Error & { code?: string })[] = [];
      const onWarning = (warning: Error) => warnings.push(warning);
      process.on('warning', onWarning);
      try {
        const loop = begin(slave);
        for (const count of [1, 2, 3]) {
          const next = loop.next();
          master.write(NOT_UTF8);
          await until('the message', () => slave.stats().corrupt === count);
          master.write('good');
          await next;
        }
        const [warning, ...others] = warnings;
        assert.deepEqual(others, []);
        assert.deepEqual([warning?.name, warning?.code], ['EshmWarning', 'ESHM_CORRUPT']);
        assert.ok(
          warning?.message.startsWith(
            `Cannot read message from '${name}': its 2 bytes are not UTF-8, expected text; `,
          ),
          warning?.message,
        );
        assert.match(
          `${warning?.message}`,
          /stats\(\)\.corrupt counts them, the event 'corrupt' .*docs\/troubleshooting/,
        );
        await loop.return?.();
      } finally {
        process.off('warning', onWarning);
      }
    });
  }

  it('is no warning where somebody listens, or where the read throws it', async () => {
    const { master, slave } = pair('utf8');
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    try {
      master.write(NOT_UTF8);
      assert.throws(() => slave.tryRead(), corrupt);
      master.write(NOT_UTF8);
      await assert.rejects(slave.read(), corrupt);
      const told = once(slave, 'corrupt');
      const loop = slave.messages();
      const next = loop.next();
      master.write(NOT_UTF8);
      await told;
      master.write('good');
      await next;
      await loop.return?.();
      await sleep(1);
      assert.deepEqual(warnings, []);
    } finally {
      process.off('warning', onWarning);
    }
  });

  it('names its channel once, however it is read', () => {
    const { master, slave } = pair('utf8');
    const raw = Eshm.open(`${name}-raw`, { role: 'master' });
    open.push(raw);
    const items = Eshm.open(`${name}-raw`, {
      role: 'slave',
      codec: {
        decode: (): string => {
          throw new EshmError('ESHM_CORRUPT', 'Cannot read items: at byte 0 there is nothing');
        },
        encode: String,
      },
    });
    open.push(items);
    master.write(NOT_UTF8);
    raw.write('x');
    for (const [one, from] of [
      [slave, `Cannot read message from '${name}': its 2 bytes`],
      [items, `Cannot read items from '${name}-raw': at byte 0 there is nothing`],
    ] as const) {
      for (const read of [() => one.peek(), () => one.tryRead()]) {
        const { message } = thrownBy<EshmError>(read);
        assert.ok(message.startsWith(from), message);
      }
    }
    writeDamaged(master);
    assert.ok(
      thrownBy(() => slave.peek()).message.startsWith(`Cannot read message from '${name}': dataSize is 4097`),
    );
    assert.ok(
      thrownBy(() => slave.tryReadInto(Buffer.alloc(4096))).message.startsWith(
        `Cannot read message from '${name}': dataSize is 4097`,
      ),
    );
  });

  it('a loop of nothing else lets the event loop turn and can be left', async () => {
    const { master, slave } = pair();
    const stop = new AbortController();
    const looping = (async () => {
      for await (const _ of slave.messages({ signal: stop.signal })) assert.fail('nothing good was written');
    })();
    for (let i = 0; i < 50; i++) {
      writeDamaged(master);
      await sleep(1);
    }
    stop.abort(new Error('enough'));
    await assert.rejects(looping, /enough/);
    assert.ok(slave.stats().corrupt > 0);
  });
});
