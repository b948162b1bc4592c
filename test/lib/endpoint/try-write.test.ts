import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Eshm, type EshmError, type EshmOptions } from '../../../lib/index.js';
import { assertNothingLeft, removeLeftovers, thrownBy, uniqueName, until } from '../../support/channels.js';
import { builtUrl, ended, killChildren, startNode } from '../../support/run-node.js';

const NO_LIMIT = { maxReconnectAttempts: 0, reconnectWaitMs: 0, reconnectRetryIntervalMs: 10 };

describe('Eshm.tryWrite()', () => {
  let name: string;
  const open: Eshm<string | Buffer>[] = [];

  const endpoint = (role: 'master' | 'slave', options: EshmOptions = {}) => {
    const one = Eshm.open(name, { role, ...options });
    open.push(one);
    return one;
  };
  const codeOf = (act: () => unknown) => thrownBy<EshmError>(act).code;

  beforeEach(() => {
    name = uniqueName('try-write');
  });
  afterEach(() => {
    killChildren();
    for (const one of open.splice(0).reverse()) one.close();
    assertNothingLeft();
  });

  it('publishes what write() does, as it does, and says so', () => {
    const master = endpoint('master', { maxDataSize: 100 });
    const slave = endpoint('slave', { maxDataSize: 100 });
    const bytes = Uint8Array.of(1, 2, 3);
    for (const data of ['grüße', '', bytes, bytes, Buffer.alloc(100, 7)]) {
      assert.equal(master.tryWrite(data), true);
      assert.deepEqual(slave.tryRead(), Buffer.from(data as string));
    }
    assert.equal(slave.tryWrite('back'), true);
    assert.equal(`${master.tryRead()}`, 'back');
    assert.equal(master.stats().m2sWriteCount, 5n);
  });

  it('encodes as write() does', () => {
    const master = Eshm.open(name, { role: 'master', encoding: 'cstring' });
    open.push(master);
    const slave = endpoint('slave');
    assert.equal(master.tryWrite('text'), true);
    assert.equal(`${slave.tryRead()}`, 'text\0');
  });

  it('is true in a master without a slave, and in one whose slave is stale: the message waits in the slot', async () => {
    const master = endpoint('master');
    assert.equal(master.tryWrite('early'), true);
    const slave = endpoint('slave');
    assert.equal(`${slave.peek()}`, 'early');
    await until('the slave', () => master.remoteAlive);
    const stale = once(master, 'stale');
    slave.close();
    await stale;
    assert.equal(master.state, 'stale');
    assert.equal(master.tryWrite('late'), true);
    assert.equal(`${endpoint('slave').peek()}`, 'late');
  });

  it('is false while a slave looks for a new master, writes nothing meanwhile, and is true again', async () => {
    const first = endpoint('master');
    const slave = endpoint('slave', NO_LIMIT);
    assert.equal(slave.tryWrite('one'), true);
    const reconnecting = once(slave, 'reconnecting');
    first.close();
    await reconnecting;
    for (let i = 0; i < 3; i++) assert.equal(slave.tryWrite('to nobody'), false);
    assert.equal(slave.stats().s2mWriteCount, 1n);
    const { code, message } = thrownBy<EshmError>(() => slave.write('to nobody'));
    assert.equal(code, 'ESHM_TIMEOUT');
    assert.match(message, /try again, or use tryWrite\(\)/);
    // What is wrong for good is told also now.
    assert.throws(() => slave.tryWrite(5 as never), TypeError);
    assert.equal(
      codeOf(() => slave.tryWrite(Buffer.alloc(4097))),
      'ESHM_BUFFER_TOO_SMALL',
    );
    const next = endpoint('master');
    await until('a master to write to', () => slave.tryWrite('two'));
    assert.equal(`${next.tryRead()}`, 'two');
  });

  it('finds the new master by itself, with the event loop blocked', async () => {
    const first = endpoint('master');
    const slave = endpoint('slave', NO_LIMIT);
    const reconnecting = once(slave, 'reconnecting');
    first.close();
    await reconnecting;
    const next = endpoint('master');
    const watchdog = performance.now() + 120_000;
    while (!slave.tryWrite('blocked')) assert.ok(performance.now() < watchdog, 'never reconnected');
    assert.equal(`${next.tryRead()}`, 'blocked');
  });

  it('throws what does not pass: closed, given up, overtaken, too large, of a wrong type', async () => {
    const master = endpoint('master');
    const slave = endpoint('slave', { disconnectBehavior: 'immediately' });
    for (const bad of [undefined, null, 5, {}, new Uint16Array(2)]) {
      assert.throws(() => master.tryWrite(bad as never), { name: 'TypeError', message: /data is/ });
    }
    assert.equal(
      codeOf(() => master.tryWrite(Buffer.alloc(4097))),
      'ESHM_BUFFER_TOO_SMALL',
    );
    assert.equal(slave.stats().m2sWriteCount, 0n);
    const heir = endpoint('master', { force: true });
    await until('the first to notice', () => master.state === 'disconnected');
    assert.equal(
      codeOf(() => master.tryWrite('x')),
      'ESHM_ROLE_MISMATCH',
    );
    heir.close();
    await until('the slave to give up', () => slave.state === 'disconnected');
    assert.equal(
      codeOf(() => slave.tryWrite('x')),
      'ESHM_MASTER_STALE',
    );
    slave.close();
    assert.equal(
      codeOf(() => slave.tryWrite('x')),
      'ESHM_CLOSED',
    );
  });

  it('from a timer survives a restart of the master, which a kill ended', async () => {
    const masterCode = `
      import { Eshm } from '${builtUrl('lib/index.js')}';
      const master = Eshm.open('${name}', { role: 'master', staleThresholdMs: 200 });
      for await (const data of master) {
        process.stdout.write(String(data));
        break;
      }
      setInterval(() => {}, 1000);`;
    const restarted = () => {
      const child = startNode(masterCode);
      return { child, end: ended(child) };
    };
    const first = restarted();
    const slave = startNode(`
      import { Eshm } from '${builtUrl('lib/index.js')}';
      const slave = await Eshm.connect('${name}', { timeoutMs: 120_000, reconnectWaitMs: 0, maxReconnectAttempts: 0 });
      const seen = [];
      setInterval(() => {
        const written = slave.tryWrite('cmd');
        if (written !== seen.at(-1)) seen.push(written);
      }, 10);
      slave.once('reconnecting', () => console.log('reconnecting'));
      process.stdin.once('data', () => {
        slave.close();
        console.log(JSON.stringify(seen));
        process.exit();
      });`);
    const slaveEnd = ended(slave);
    const told = once(slave.stdout!, 'data');
    await once(first.child.stdout!, 'data');
    first.child.kill('SIGKILL');
    await first.end;
    assert.match(String((await told)[0]), /reconnecting/);
    const second = restarted();
    await once(second.child.stdout!, 'data');
    slave.stdin!.write('enough\n');
    const { code, stdout, stderr } = await slaveEnd;
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /\[true,false,true\]/);
    second.child.kill('SIGKILL');
    assert.equal((await second.end).stdout, 'cmd');
    removeLeftovers();
  });
});
