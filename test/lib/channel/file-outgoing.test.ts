/** How a message gets into a file: in which order of bytes, and what is there when it does not. */
import assert from 'node:assert/strict';
import { layoutFor } from '../../../layout/index.js';
import { FileIncoming } from '../../../lib/channel/file-incoming.js';
import { FileOutgoing } from '../../../lib/channel/file-outgoing.js';
import { MailboxReader, MailboxWriter, viewChannel } from '../../../lib/channel/index.js';
import { FIELDS_OF, Header } from '../../../lib/header/header.js';
import { channelName, FileBytes, Site, type Store } from '../../../lib/store/index.js';
import { requirePeers } from '../../peers/build.js';
import { Observer } from '../../peers/observer.js';
import { assertNothingLeft, removeLeftovers, thrownBy, uniqueName, until } from '../../support/channels.js';
import { needsTwoCores } from '../../support/needs.js';

const layout = layoutFor();
const { masterToSlave: AT, channel } = layout;

describe('FileOutgoing', () => {
  let name: string;
  const stores: Store[] = [];

  beforeEach(() => {
    name = uniqueName('file');
  });
  afterEach(() => {
    for (const store of stores.splice(0)) store.detach();
    removeLeftovers();
    assertNothingLeft();
  });

  /** A master's end of a file in which `writes` messages have been written. */
  function writerFrom(writes: bigint) {
    const site = new Site(channelName(name), 'posix');
    const store =
      site.tryAttach() ??
      site.create(layout.segmentSize, 0o600, (made) => {
        made.words.store(AT, Number(BigInt.asIntN(32, 2n * writes)));
        made.words.storeLong(AT + channel.writeCount, writes);
        return new Header(made).create(100);
      })!;
    stores.push(store);
    const outgoing = new FileOutgoing(store, layout, AT);
    outgoing.pull();
    const writer = new MailboxWriter(viewChannel(store.bytes, layout, AT), false);
    const write = (text: string) => {
      const data = Buffer.from(text);
      writer.write(data, data.length);
      outgoing.push(writer);
    };
    return { store, outgoing, writer, write };
  }

  /** A slave's end of the same file. */
  function readerHere() {
    const store = new Site(channelName(name), 'posix').attach();
    stores.push(store);
    const incoming = new FileIncoming(store, layout, AT, FIELDS_OF.master);
    incoming.pullAnew();
    const reader = new MailboxReader(viewChannel(store.bytes, layout, AT), store.bytes, FIELDS_OF.master);
    const read = () => {
      if (incoming.pull()) reader.recount();
      if (incoming.isRepaired) reader.suspect();
      const message = reader.tryRead();
      incoming.push();
      return message === undefined ? undefined : `${message}`;
    };
    return { store, reader, read };
  }

  it('is read by the other end, which counts in the file', () => {
    const { write, outgoing, writer } = writerFrom(0n);
    const { read, reader } = readerHere();
    assert.equal(read(), undefined);
    write('one');
    assert.deepEqual([read(), read()], ['one', undefined]);
    write('two');
    write('three');
    assert.deepEqual([read(), reader.missed, reader.count], ['three', 1, 3]);
    outgoing.pullReads();
    assert.equal(writer.currentReads, 2);
  });

  it('a message of 0 bytes, and one that fills the slot', () => {
    const { write } = writerFrom(0n);
    const { read } = readerHere();
    write('');
    assert.equal(read(), '');
    write('x'.repeat(layout.maxDataSize));
    assert.equal(read(), 'x'.repeat(layout.maxDataSize));
  });

  it('the first message in a file begins an epoch of counts, which later ones pass, and readers see the messages alone', () => {
    const first = writerFrom(0n);
    first.outgoing.beginEpoch(0);
    const early = readerHere();
    first.write('one');
    const counted = first.store.words.loadLong(AT + channel.writeCount);
    assert.ok(counted > 2n ** 60n, `0x${counted.toString(16)}`);
    assert.equal(early.read(), 'one');
    assert.deepEqual([early.reader.missed, early.reader.count], [0, 1]);
    first.write('two');
    assert.equal(first.store.words.loadLong(AT + channel.writeCount), counted + 1n);
    const late = readerHere();
    first.write('three');
    assert.deepEqual([late.read(), late.reader.missed, late.reader.count], ['three', 0, 3]);
    assert.deepEqual([early.read(), early.reader.missed, early.reader.counters().writes], ['three', 1, 3n]);
    removeLeftovers();
    name = uniqueName('file');
    const second = writerFrom(0n);
    second.outgoing.beginEpoch(0);
    second.write('one');
    assert.ok(second.store.words.loadLong(AT + channel.writeCount) > counted + 2n ** 31n);
  });

  for (const call of [1, 2, 3, 4]) {
    it(`a message whose write ${call} fails is thrown, and nobody is torn or deaf`, () => {
      const { write, store } = writerFrom(0n);
      const { read } = readerHere();
      write('before');
      assert.equal(read(), 'before');
      const { prototype } = FileBytes;
      const { write: real } = prototype;
      let calls = 0;
      prototype.write = function (this: FileBytes, ...args) {
        if (this === store.file && ++calls === call) {
          throw Object.assign(new Error('no space'), { code: 'ENOSPC', errno: -28, syscall: 'write' });
        }
        real.apply(this, args);
      };
      try {
        const error = thrownBy(() => write('x'.repeat(100))) as Error & { code: string };
        assert.equal(error.code, 'ENOSPC');
        assert.match(error.message, /\/dev\/shm is full/);
      } finally {
        prototype.write = real;
      }
      const left = read();
      assert.ok(left === undefined || left === 'x'.repeat(100), left);
      write('after');
      assert.equal(read(), 'after');
    });
  }

  describe('with the file mapped in C++', () => {
    before(async function () {
      await requirePeers(this, ['c++'], { library: 'plain', shm: 'posix' });
    });
    afterEach(() => Observer.killAll());

    for (const top of [0xffn, 0x7fffn, 0xffffn, 0xffffffn, 0x7fffffffn, 0xffffffffn]) {
      it(`no state of a carry beyond 0x${top.toString(16)} misleads who has it mapped`, async () => {
        const { write } = writerFrom(top - 3n);
        const observer = await Observer.start(name, {
          'm2s.sequence': 'even-rising',
          'm2s.write_count': 'announced',
        });
        const { read } = readerHere();
        for (let i = 1; i <= 8; i++) {
          write(`message ${i}`);
          assert.equal(read(), `message ${i}`);
          // It looks all the time, where it has a core.
          await until('the message', async () => {
            const { 'm2s.write_count': count } = await observer.look();
            return count.last === top - 3n + BigInt(i);
          });
        }
        const seen = await observer.stop();
        const count = seen['m2s.write_count'];
        assert.deepEqual([count.violations, count.first], [0, undefined]);
        assert.equal(count.last, top + 5n);
        assert.deepEqual([seen['m2s.sequence'].violations, seen['m2s.sequence'].first], [0, undefined]);
        assert.ok(count.states >= 8 && seen['m2s.sequence'].states >= 8);
      });
    }

    it('sees a carry under way, some time', async function () {
      needsTwoCores(this, 'a look has to fall into a write');
      const { write } = writerFrom(0xf0n);
      const observer = await Observer.start(name, { 'm2s.write_count': 'announced' });
      let i = 0;
      await until('a state in between', async () => {
        for (let n = 0; n < 256; n++) write(`${++i}`);
        const { 'm2s.write_count': count } = await observer.look();
        assert.equal(count.violations, 0, count.first);
        return count.between > 0;
      });
    });
  });
});
