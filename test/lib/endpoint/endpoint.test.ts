import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { runInNewContext } from 'node:vm';
import { layoutFor } from '../../../layout/index.js';
import { Eshm, EshmError, type EshmOptions } from '../../../lib/index.js';
import { Segment } from '../../../syscalls/index.js';
import { assertNothingLeft, segmentOf, thrownBy, uniqueName, until } from '../../support/channels.js';

describe('Eshm', () => {
  let name: string;
  const open: Eshm[] = [];
  const endpoint = (role: 'master' | 'slave', options: EshmOptions = {}) => {
    const one = Eshm.open(name, { role, ...options });
    open.push(one);
    return one;
  };
  const pair = (options: EshmOptions = {}) => ({
    master: endpoint('master', options),
    slave: endpoint('slave', options),
  });
  const codeOf = (act: () => unknown) => {
    const error = thrownBy<EshmError>(act);
    assert.ok(error instanceof EshmError, `${error.stack}`);
    return error.code;
  };

  beforeEach(() => {
    name = uniqueName('endpoint');
  });
  afterEach(() => {
    // Slaves first, so that no master leaves a segment to a slave that beats.
    for (const one of open.splice(0).reverse()) one.close();
    assertNothingLeft();
  });

  it('both ends exchange text and bytes in every way to read', () => {
    const { master, slave } = pair();
    master.write('grüße');
    assert.equal(`${slave.tryRead()}`, 'grüße');
    assert.equal(slave.tryRead(), undefined);
    slave.write(Uint8Array.of(1, 2, 3));
    const target = Buffer.alloc(10);
    assert.equal(master.tryReadInto(target), 3);
    assert.deepEqual([...target.subarray(0, 4)], [1, 2, 3, 0]);
    assert.equal(master.tryReadInto(target), -1);
    master.write('');
    assert.equal(slave.readSync().length, 0, 'no bytes are a message too');
    master.write('a');
    master.write('b');
    assert.equal(`${slave.peek()}`, 'b');
    assert.equal(`${slave.readSync({ timeoutMs: 0 })}`, 'b');
    assert.equal(slave.missed, 1);
  });

  it('an error of open begins with who called it', () => {
    function here(act: () => unknown): string {
      return `${thrownBy<Error>(act).stack}`.split('\n')[1]!;
    }
    assert.match(
      here(() => Eshm.open(name, { role: 'slave' })),
      /endpoint\.test/,
    );
    using _ = Eshm.open(name, { role: 'master' });
    assert.match(
      here(() => Eshm.open(name, { role: 'master' })),
      /endpoint\.test/,
    );
  });

  it('says how to open one where plain JavaScript calls the constructor', () => {
    const Constructor = Eshm as unknown as new (name: string) => Eshm;
    assert.throws(() => new Constructor(name), {
      name: 'TypeError',
      message:
        'Cannot open: found new Eshm(...), expected Eshm.open(name, options) or await Eshm.connect(name, options)',
    });
  });

  it('says what is wrong with an argument that is missing', () => {
    const { master } = pair();
    const nothing = undefined as unknown as Uint8Array;
    assert.throws(() => master.write(nothing), {
      name: 'TypeError',
      message: 'Cannot write: data is of type undefined, expected a string or a Uint8Array',
    });
    assert.throws(() => master.tryReadInto(nothing), {
      name: 'TypeError',
      message: 'Cannot read: target is of type undefined, expected a Uint8Array',
    });
  });

  it('refuses an array whose memory went elsewhere between two calls, and goes on', () => {
    const { master, slave } = pair();
    const source = new Uint8Array(64).fill(7);
    const target = new Uint8Array(64);
    for (let i = 0; i < 4; i++) {
      master.write(source);
      assert.equal(slave.tryReadInto(target), 64);
    }
    structuredClone([source, target], { transfer: [source.buffer, target.buffer] });
    assert.throws(
      () => master.write(source),
      /^TypeError: Cannot write: the memory of data, which says it has 0 bytes/,
    );
    assert.equal(slave.tryRead(), undefined);
    master.write('x');
    assert.equal(
      codeOf(() => slave.tryReadInto(target)),
      'ESHM_BUFFER_TOO_SMALL',
    );
    assert.equal(`${slave.tryRead()}`, 'x');
  });

  it('takes bytes of another realm, and every kind of Uint8Array', () => {
    const { master, slave } = pair();
    const foreign = runInNewContext('Uint8Array.of(7, 8)') as Uint8Array;
    assert.ok(!(foreign instanceof Uint8Array));
    master.write(foreign);
    assert.deepEqual([...slave.readSync()], [7, 8]);
    master.write(new Uint8Array(new SharedArrayBuffer(3)));
    assert.deepEqual([...slave.readSync()], [0, 0, 0]);
    master.write('xy');
    const target = runInNewContext('new Uint8Array(2)') as Uint8Array;
    assert.equal(slave.tryReadInto(target), 2);
    assert.deepEqual([...target], [120, 121]);
  });

  for (const bad of [
    undefined,
    null,
    5,
    {},
    [1],
    true,
    new Uint16Array(2),
    new ArrayBuffer(2),
    new DataView(new ArrayBuffer(1)),
  ]) {
    it(`${Object.prototype.toString.call(bad)} is a TypeError to write and to read into, and touches nothing`, () => {
      const { master, slave } = pair({ useThreads: false });
      const before = Segment.read(segmentOf(name)!.id);
      assert.throws(() => master.write(bad as Uint8Array), TypeError);
      assert.throws(() => slave.tryReadInto(bad as Uint8Array), TypeError);
      assert.deepEqual(Segment.read(segmentOf(name)!.id), before);
    });
  }

  it('data over maxDataSize is ESHM_BUFFER_TOO_SMALL before anything is touched', () => {
    const { master, slave } = pair({ useThreads: false, maxDataSize: 100 });
    const before = Segment.read(segmentOf(name)!.id);
    const error = thrownBy<EshmError>(() => master.write(Buffer.alloc(101)));
    assert.deepEqual([error.code, error.status], ['ESHM_BUFFER_TOO_SMALL', -13]);
    assert.match(error.message, /101 bytes, expected 100/);
    assert.equal(
      codeOf(() => master.write('ü'.repeat(51))),
      'ESHM_BUFFER_TOO_SMALL',
    );
    assert.deepEqual(Segment.read(segmentOf(name)!.id), before);
    master.write(Buffer.alloc(100, 1));
    assert.equal(slave.readSync().length, 100);
  });

  it('a target under the message is ESHM_BUFFER_TOO_SMALL, and the message is still there', () => {
    const { master, slave } = pair();
    master.write('hello');
    assert.equal(
      codeOf(() => slave.tryReadInto(Buffer.alloc(4))),
      'ESHM_BUFFER_TOO_SMALL',
    );
    assert.equal(`${slave.readSync()}`, 'hello');
  });

  it('a dataSize beyond the slot is ESHM_CORRUPT, and the next message is read as usual', () => {
    const { master, slave } = pair();
    master.write('hello');
    const { id } = segmentOf(name)!;
    const raw = Segment.attach(id);
    const { masterToSlave, channel } = layoutFor();
    raw.bytes.writeUInt32LE(4097, masterToSlave + channel.dataSize);
    raw.detach();
    assert.equal(
      codeOf(() => slave.peek()),
      'ESHM_CORRUPT',
    );
    assert.equal(
      codeOf(() => slave.readSync()),
      'ESHM_CORRUPT',
    );
    assert.equal(slave.tryRead(), undefined);
    master.write('again');
    assert.equal(`${slave.readSync()}`, 'again');
  });

  for (const timeoutMs of [
    -1,
    Number.NaN,
    '5' as unknown as number,
    null as unknown as number,
    -0.1,
    Number.NEGATIVE_INFINITY,
  ]) {
    it(`a timeout of ${typeof timeoutMs} ${timeoutMs} is a RangeError`, () => {
      const { slave } = pair({ useThreads: false });
      assert.throws(() => slave.readSync({ timeoutMs }), { name: 'RangeError', message: /timeoutMs/ });
    });
  }

  it('readSync() waits at least its timeout, and says why nothing came', async () => {
    const master = endpoint('master');
    assert.equal(
      codeOf(() => master.readSync({ timeoutMs: 0 })),
      'ESHM_NO_DATA',
    );
    const before = performance.now();
    const error = thrownBy<EshmError>(() => master.readSync({ timeoutMs: 30 }));
    assert.ok(performance.now() - before >= 30);
    assert.deepEqual([error.code, error.status], ['ESHM_TIMEOUT', -10]);
    assert.match(error.message, /within 30 ms; there is no live slave/);
    endpoint('slave');
    await until('the slave', () => master.remoteAlive);
    assert.match(thrownBy(() => master.readSync({ timeoutMs: 5 })).message, /alive and wrote nothing/);
  });

  it('stats() has the counters of both ends, and deltas since the last call', async () => {
    const { master, slave } = pair();
    master.write('1');
    master.write('2');
    slave.readSync();
    slave.write('3');
    master.stats();
    const first = slave.stats();
    assert.deepEqual(
      [first.m2sWriteCount, first.m2sReadCount, first.s2mWriteCount, first.s2mReadCount],
      [2n, 1n, 1n, 0n],
    );
    assert.deepEqual([first.masterPid, first.slavePid], [process.pid, process.pid]);
    assert.deepEqual([first.masterAlive, first.slaveAlive, first.staleThreshold], [true, true, 100]);
    assert.deepEqual([first.masterGeneration, first.missed, first.retries], [1, 1, 0]);
    // The deltas are those between two looks of one endpoint, so the other one waits.
    await until('beats of both', () => {
      const { masterHeartbeat, slaveHeartbeat } = master.stats();
      return masterHeartbeat > first.masterHeartbeat && slaveHeartbeat > first.slaveHeartbeat;
    });
    const second = slave.stats();
    assert.ok(second.masterHeartbeatDelta > 0n && second.slaveHeartbeatDelta > 0n);
    assert.equal(second.masterHeartbeatDelta, second.masterHeartbeat - first.masterHeartbeat);
  });

  it('two ends of one process and many channels do not disturb each other', async () => {
    const names = Array.from({ length: 50 }, () => uniqueName('many'));
    const masters = names.map((one) => Eshm.open(one, { role: 'master' }));
    const slaves = names.map((one) => Eshm.open(one, { role: 'slave' }));
    open.push(...masters, ...slaves);
    for (const [i, master] of masters.entries()) master.write(`message ${i}`);
    for (const [i, slave] of slaves.entries()) assert.equal(`${slave.readSync()}`, `message ${i}`);
    for (const [i, slave] of slaves.entries()) slave.write(`answer ${i}`);
    for (const [i, master] of masters.entries()) assert.equal(`${master.readSync()}`, `answer ${i}`);
    await until('every slave', () => masters.every((master) => master.remoteAlive));
  });

  it('names that share a key share a channel, and say so', () => {
    const master = Eshm.open(`${name}Aa`, { role: 'master' });
    open.push(master, Eshm.open(`${name}B@`, { role: 'slave' }));
    assert.equal(master.key, open[1]!.key);
    assert.deepEqual([master.name, open[1]!.name], [`${name}Aa`, `${name}B@`]);
  });

  it('after close everything is ESHM_CLOSED and nothing crashes', () => {
    const { master, slave } = pair();
    slave.close();
    master.close();
    for (const one of [master, slave]) {
      for (const use of [
        () => one.write('x'),
        () => one.tryRead(),
        () => one.tryReadInto(Buffer.alloc(1)),
        () => one.readSync(),
        () => one.readSync({ timeoutMs: 0 }),
        () => one.peek(),
        () => one.stats(),
      ]) {
        assert.equal(codeOf(use), 'ESHM_CLOSED');
      }
      assert.deepEqual([one.state, one.remoteAlive], ['closed', false]);
      assert.equal(typeof one.missed, 'number');
      one.close();
      one[Symbol.dispose]();
    }
  });

  it('`using` closes at the end of the block, also when it throws', () => {
    assert.throws(() => {
      using master = Eshm.open(name, { role: 'master' });
      master.write('x');
      throw new Error('mine');
    }, /mine/);
    assert.equal(segmentOf(name), undefined);
  });

  it("'closed' is told once, on a later tick", async () => {
    const master = endpoint('master');
    let told = 0;
    master.on('closed', () => told++);
    master.close();
    master.close();
    assert.equal(told, 0);
    await sleep(5);
    assert.equal(told, 1);
  });

  describe('close', () => {
    const flags = () => {
      const image = Buffer.from(Segment.read(segmentOf(name)!.id));
      const { masterAlive, slaveAlive } = layoutFor().header;
      return [image.readUInt32LE(masterAlive), image.readUInt32LE(slaveAlive)];
    };

    it('of the creator removes the segment, while the slave stays safe to use', () => {
      const { master, slave } = pair();
      master.write('last');
      master.close();
      assert.equal(segmentOf(name), undefined);
      assert.equal(`${slave.tryRead()}`, 'last');
      slave.peek();
      slave.stats();
    });

    it('of the creator without autoCleanup clears its flag and leaves the segment', () => {
      const { master } = pair({ autoCleanup: false });
      master.close();
      assert.deepEqual(flags(), [0, 1]);
      open.pop()?.close();
      assert.deepEqual(flags(), [0, 0]);
      Segment.remove(segmentOf(name)!.id);
    });

    it('of a slave clears its flag and leaves the segment', () => {
      const { slave } = pair();
      slave.close();
      assert.deepEqual(flags(), [1, 0]);
    });

    it('of a master that was taken over by force leaves all to its successor', () => {
      const first = endpoint('master');
      const second = endpoint('master', { force: true });
      first.close();
      assert.deepEqual(flags(), [1, 0]);
      second.close();
      assert.equal(segmentOf(name), undefined);
    });

    it('of a master that took over leaves the segment to a slave that lives', () => {
      const first = endpoint('master', { autoCleanup: false });
      const slave = endpoint('slave');
      first.close();
      const second = endpoint('master');
      second.close();
      assert.deepEqual(flags(), [0, 1]);
      slave.close();
      Segment.remove(segmentOf(name)!.id);
    });

    it('of a master that took over removes the segment where no slave lives', () => {
      const first = endpoint('master', { autoCleanup: false });
      const slave = endpoint('slave');
      first.close();
      const second = endpoint('master');
      slave.close();
      second.close();
      assert.equal(segmentOf(name), undefined);
    });

    it('where somebody has removed the segment already is no error', () => {
      const master = endpoint('master');
      Segment.remove(segmentOf(name)!.id);
      master.close();
    });
  });
});
