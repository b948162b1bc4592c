/** One kind of memory that this process cannot use: every way in says so, and what a master of the other kind alone means. */
import assert from 'node:assert/strict';
import { removeLeftovers, uniqueName } from '../../support/channels.js';
import { builtUrl, ended, killChildren, startNode } from '../../support/run-node.js';

/** A process in which ffi-rs, which is native code, cannot be loaded: as a bundle that was moved away from it. */
const withoutNative = (code: string) =>
  ended(
    startNode(`import { Eshm } from '${builtUrl('lib/index.js')}';\n${code}`, { flags: ['--no-addons'] }),
  );

/** What a time-out, or whatever else, says of the place that is out of reach. */
const NEITHER = /; nor can the segment under key 0x[0-9a-f]+ be used \(.*native addons are forbidden.*\)$/;

describe("where System V memory is out of reach, shm: 'auto'", () => {
  let name: string;

  beforeEach(() => {
    name = uniqueName('one-place');
  });
  afterEach(() => {
    killChildren();
    removeLeftovers();
  });

  it('as a slave that connects: the time-out says so once, whatever was found in the other kind', async () => {
    const { stdout } = await withoutNative(`
      const told = (error) => console.log(error.code + ' ' + error.cause?.code + ' ' + error.message);
      await Eshm.connect('${name}', { timeoutMs: 0 }).catch(told);
      const master = Eshm.open('${name}', { role: 'master', shm: 'posix' });
      const slave = Eshm.open('${name}', { role: 'slave', shm: 'posix' });
      await Eshm.connect('${name}', { timeoutMs: 0 }).catch(told);
      await Eshm.connect('${name}', { timeoutMs: 0, maxDataSize: 64 }).catch((error) => console.log(error.code + ' - ' + error.message));
      slave.close();
      master.close();
      await Eshm.connect('${name}', { timeoutMs: 0, shm: 'posix' }).catch(told);
    `);
    const [nobody, taken, size, onlyFiles] = stdout.trim().split('\n');
    for (const [line, what] of [
      [nobody, /^ESHM_TIMEOUT ESHM_SHM_ATTACH Cannot connect .*start the master/],
      [taken, /^ESHM_(TIMEOUT ESHM_)?ROLE_MISMATCH .*a live slave has it/],
      [size, /^ESHM_(TIMEOUT|SHM_ATTACH) - Cannot connect .*maxDataSize/],
    ] as const) {
      assert.match(line!, what);
      assert.match(line!, NEITHER);
      assert.equal(line!.match(/nor can/g)?.length, 1, line);
    }
    assert.doesNotMatch(onlyFiles!, /nor can/);
  });

  it('as a slave that opens, and as one that has given up its master', async () => {
    const { stdout } = await withoutNative(`
      try { Eshm.open('${name}', { role: 'slave' }); } catch (error) { console.log(error.code + ' ' + error.message); }
      const master = Eshm.open('${name}', { role: 'master', shm: 'posix', staleThresholdMs: 50 });
      const slave = Eshm.open('${name}', { role: 'slave', disconnectBehavior: 'immediately' });
      const gone = new Promise((resolve) => slave.once('disconnected', resolve));
      const waiting = setInterval(() => {}, 1000);
      master.close();
      await gone;
      clearInterval(waiting);
      try { slave.write('x'); } catch (error) { console.log(error.code + ' ' + error.message); }
      slave.close();
    `);
    const [opened, givenUp] = stdout.trim().split('\n');
    assert.match(opened!, /^ESHM_SHM_ATTACH /);
    assert.match(givenUp!, /^ESHM_MASTER_STALE /);
    for (const line of [opened!, givenUp!]) assert.match(line, NEITHER);
  });

  it('as a master: a warning with a code, for the first channel only, and none where files are meant', async () => {
    const warned = await withoutNative(`
      process.on('warning', ({ name, code, message }) => console.log(name, code, message));
      const first = Eshm.open('${name}', { role: 'master' });
      const others = ['b', 'c'].map((end, at) => Eshm.open('${name}' + end, { role: at === 0 ? 'auto' : 'master' }));
      console.log(first.shm);
      for (const one of [first, ...others]) one.close();
    `);
    const lines = warned.stdout.trim().split('\n');
    assert.equal(lines.length, 2, warned.stdout);
    assert.equal(lines[0], 'posix');
    assert.match(
      lines[1]!,
      /^EshmWarning ESHM_ONE_PLACE the master of '.*' is in the file \S+ alone, and programs/,
    );
    assert.ok(lines[1]!.includes(`'${name}'`), lines[1]);
    assert.match(
      lines[1]!,
      /look for the segment under key .* do not find it \(.*native addons.*\); set shm: 'posix'/,
    );
    assert.match(warned.stderr, /\[ESHM_ONE_PLACE\] EshmWarning: /);
    const silent = await withoutNative(`Eshm.open('${name}', { role: 'master', shm: 'posix' }).close();`);
    assert.equal(silent.stderr, '');
  });

  it('as a slave: no warning, its master was found', async () => {
    const { stdout, stderr } = await withoutNative(`
      const master = Eshm.open('${name}', { role: 'master', shm: 'posix' });
      const slaves = [Eshm.open('${name}', { role: 'auto' })];
      slaves[0].close();
      slaves.push(await Eshm.connect('${name}', { timeoutMs: 60_000 }));
      console.log(slaves.map(({ role, shm }) => role + ' ' + shm).join());
      slaves[1].close();
      master.close();
    `);
    assert.deepEqual([stdout, stderr], ['slave posix,slave posix\n', '']);
  });
});
