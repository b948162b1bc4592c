/** In which of the two kinds of memory an endpoint is: where its peer is. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { Eshm, type EshmError, type EshmOptions } from '../../../lib/index.js';
import type { ShmKind } from '../../../lib/store/index.js';
import {
  assertNothingLeft,
  fileOf,
  removeLeftovers,
  segmentOf,
  thrownBy,
  uniqueName,
  until,
} from '../../support/channels.js';

describe('the option shm', () => {
  let name: string;
  const open: Eshm[] = [];
  const start = (role: 'master' | 'slave' | 'auto', options: EshmOptions = {}) => {
    const one = Eshm.open(name, { staleThresholdMs: 300, ...options, role });
    open.push(one);
    return one;
  };
  const places = () => [segmentOf(name) !== undefined, existsSync(fileOf(name))];
  const BOTH = [true, true];
  const ONLY: Record<ShmKind, boolean[]> = { 'system-v': [true, false], posix: [false, true] };
  const NONE = [false, false];

  beforeEach(() => {
    name = uniqueName('places');
  });
  afterEach(() => {
    for (const one of open.splice(0)) one.close();
    removeLeftovers();
    assertNothingLeft();
  });

  async function talk(master: Eshm, slave: Eshm): Promise<void> {
    const [down, up] = [slave.read({ timeoutMs: 60_000 }), master.read({ timeoutMs: 60_000 })];
    master.write('down');
    slave.write('up');
    assert.deepEqual([`${await down}`, `${await up}`], ['down', 'up']);
    const acknowledged = slave.read({ timeoutMs: 60_000 });
    await master.send('sent', { timeoutMs: 60_000 });
    assert.equal(`${await acknowledged}`, 'sent');
  }

  it('a master that finds nobody stands in both places, and leaves none when nobody came', () => {
    const master = start('master');
    assert.deepEqual([places(), master.shm], [BOTH, 'auto']);
    master.write('before anybody came');
    master.close();
    assert.deepEqual(places(), NONE);
  });

  for (const kind of ['system-v', 'posix'] as const) {
    it(`goes to a slave that comes with ${kind}, tells it, and removes the other place`, async () => {
      const master = start('master');
      const joined: ShmKind[] = [];
      master.on('joined', (shm) => joined.push(shm));
      const slave = start('slave', { shm: kind });
      await until('the decision', () => master.shm !== 'auto');
      assert.deepEqual([master.shm, slave.shm, places()], [kind, kind, ONLY[kind]]);
      await talk(master, slave);
      assert.deepEqual(joined, [kind]);
    });

    it(`goes to a slave that comes with ${kind} also while the event loop is blocked`, () => {
      const master = start('master');
      start('slave', { shm: kind });
      const endMs = performance.now() + 60_000;
      while (master.shm === 'auto' && performance.now() < endMs) master.tryRead();
      assert.equal(master.shm, kind);
    });

    it(`goes to a slave of a master with ${kind}, and takes over there`, async () => {
      const first = start('master', { shm: kind, autoCleanup: false });
      const slave = start('slave', { shm: kind, staleThresholdMs: 5000 });
      first.close();
      const second = start('master');
      assert.deepEqual([second.shm, places()], [kind, ONLY[kind]]);
      await talk(second, slave);
    });

    it(`a slave finds a master with ${kind}, by open and by connect`, async () => {
      const master = start('master', { shm: kind });
      assert.deepEqual([master.shm, places()], [kind, ONLY[kind]]);
      const slave = start('slave');
      assert.equal(slave.shm, kind);
      slave.close();
      const later = await Eshm.connect(name, { timeoutMs: 60_000 });
      open.push(later);
      assert.equal(later.shm, kind);
      await talk(master, later);
    });

    it(`role auto is a slave where a master is with ${kind}`, () => {
      start('master', { shm: kind });
      const second = start('auto');
      assert.deepEqual([second.role, second.shm], ['slave', kind]);
    });

    it(`a second master is refused where the first is with ${kind}, and touches nothing`, () => {
      start('master', { shm: kind });
      const error = thrownBy(() => start('master')) as EshmError;
      assert.equal(error.code, 'ESHM_ROLE_MISMATCH');
      assert.deepEqual(places(), ONLY[kind]);
    });

    it(`a second slave is refused where the first is with ${kind}`, () => {
      start('master', { shm: kind });
      start('slave');
      assert.equal((thrownBy(() => start('slave')) as EshmError).code, 'ESHM_ROLE_MISMATCH');
    });

    it(`with ${kind} given, nothing of the other kind is looked at`, () => {
      const other = kind === 'posix' ? 'system-v' : 'posix';
      start('master', { shm: other });
      const error = thrownBy(() => start('slave', { shm: kind })) as EshmError;
      assert.deepEqual([error.code, error.errnoName], ['ESHM_SHM_ATTACH', 'ENOENT']);
      start('master', { shm: kind });
      assert.deepEqual(places(), BOTH);
    });
  }

  it('a master that comes back as the other kind is found there, with reads and writes that go on', async () => {
    for (const [before, after] of [
      ['system-v', 'posix'],
      ['posix', 'system-v'],
    ] as const) {
      const first = start('master', { shm: before });
      const slave = await Eshm.connect(name, {
        reconnectWaitMs: 0,
        maxReconnectAttempts: 0,
        timeoutMs: 60_000,
      });
      open.push(slave);
      const joined: ShmKind[] = [];
      slave.on('joined', (shm) => joined.push(shm));
      await talk(first, slave);
      first.close();
      const second = start('master', { shm: after });
      await until('the slave with the second master', () => slave.shm === after && slave.remoteAlive);
      await talk(second, slave);
      assert.deepEqual([joined, slave.state], [[after], 'connected']);
      slave.close();
      second.close();
    }
  });

  it('two ends with nothing set meet in the segment', async () => {
    const master = start('master');
    const slave = await Eshm.connect(name, { timeoutMs: 60_000 });
    open.push(slave);
    await until('the decision', () => master.shm !== 'auto');
    assert.deepEqual([master.shm, slave.shm], ['system-v', 'system-v']);
    await talk(master, slave);
  });

  it('where nobody is, a slave is told both places by their names', async () => {
    const error = thrownBy(() => start('slave')) as EshmError;
    assert.equal(error.errnoName, 'ENOENT');
    assert.match(error.message, new RegExp(`segment under key 0x[0-9a-f]{8} nor the file ${fileOf(name)}`));
    await assert.rejects(
      Eshm.connect(name, { timeoutMs: 20 }),
      (late: EshmError) => late.code === 'ESHM_TIMEOUT' && late.message.includes(fileOf(name)),
    );
  });

  it('a master without a worker of its own goes to whoever is flagged', () => {
    const master = start('master', { useThreads: false });
    start('slave', { shm: 'posix', useThreads: false });
    master.tryRead();
    assert.deepEqual([master.shm, places()], ['posix', ONLY.posix]);
  });

  it("what means nothing in a file is refused by name, and 'order' with auto is for the segment", () => {
    assert.throws(
      () => start('master', { shm: 'posix', order: 'plain' }),
      /order is 'plain' while shm is 'posix'/,
    );
    assert.equal(start('master', { order: 'plain' }).shm, 'auto');
  });

  it('a file of another size is not this channel, and one that a dead master left is replaced', () => {
    const large = start('master', { shm: 'posix', maxDataSize: 8192 });
    assert.match(
      (thrownBy(() => start('slave', { shm: 'posix' })) as EshmError).message,
      /its size is 16768 bytes, expected 8576/,
    );
    assert.equal((thrownBy(() => start('master', { shm: 'posix' })) as EshmError).code, 'ESHM_SHM_CREATE');
    large.close();
    start('master', { shm: 'posix', autoCleanup: false }).close();
    const next = start('master', { shm: 'posix' });
    assert.equal(next.stats().masterGeneration, 1);
  });
});
