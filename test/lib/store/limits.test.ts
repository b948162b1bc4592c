/** Files where the system gives no room, no descriptor or no leave: what is said, and what goes on. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { permissionFlag } from '../../../syscalls/permission-flag.js';
import { uniqueName } from '../../support/channels.js';
import { skip } from '../../support/needs.js';
import { builtUrl } from '../../support/run-node.js';

/** Runs a program in a mount namespace of its own, with another `/dev/shm`. */
function withShm(options: string, text: string): { readonly stdout: string; readonly stderr: string } {
  const node = [process.execPath, '--input-type=module', '-e', text];
  return spawnSync(
    'unshare',
    ['--mount', 'sh', '-c', `mount -t tmpfs -o ${options} tmpfs /dev/shm && exec "$@"`, 'sh', ...node],
    { encoding: 'utf8' },
  );
}

const program = (shm: string, then = '') => `
  import { Eshm } from '${builtUrl('lib/index.js')}';
  import { writeFileSync, truncateSync } from 'node:fs';
  try {
    const master = Eshm.open('${uniqueName('limits')}', { role: 'master', shm: '${shm}' });
    console.log('open', master.shm);
    ${then}
    master.close();
  } catch (error) {
    console.log(error.code, error.errnoName, error.message);
  }`;

describe('a /dev/shm', () => {
  before(function () {
    if (withShm('size=1m', '').stderr !== '') skip(this, 'this user may not mount (unshare --mount)');
  });

  it('that is full: no channel, no file left, and what to do', () => {
    const { stdout } = withShm('size=4k', program('posix'));
    assert.match(stdout, /^ESHM_SHM_CREATE ENOSPC .*\/dev\/shm is full/);
    assert.equal(
      withShm(
        'size=4k',
        `${program('posix')} import { readdirSync } from 'node:fs'; console.log(readdirSync('/dev/shm').length);`,
      )
        .stdout.trim()
        .split('\n')
        .at(-1),
      '0',
    );
  });

  it('that is full, for a master that finds nobody: it stands in the segment, and warns', () => {
    const { stdout, stderr } = withShm('size=4k', program('auto'));
    assert.equal(stdout, 'open system-v\n');
    assert.match(stderr, /EshmWarning: the master of .* is in the segment .* alone.*ENOSPC/);
  });

  it('that fills up while a channel is open: every message has its pages', () => {
    const then = `
      try { writeFileSync('/dev/shm/filler', Buffer.alloc(1 << 20)); } catch (error) { console.log(error.code); }
      const slave = Eshm.open(master.name, { role: 'slave', shm: 'posix' });
      master.write(Buffer.alloc(4096, 7));
      slave.write(Buffer.alloc(4096, 8));
      console.log(slave.tryRead().length, master.tryRead().length);
      slave.close();`;
    assert.equal(withShm('size=64k', program('posix', then)).stdout, 'open posix\nENOSPC\n4096 4096\n');
  });

  it('that is mounted read-only says so', () => {
    assert.match(withShm('ro', program('posix')).stdout, /^ESHM_SHM_CREATE EROFS .*mounted read-only/);
  });

  it('whose file is cut while in use: the other side goes stale, and nothing dies', () => {
    const then = `
      const slave = Eshm.open(master.name, { role: 'slave', shm: 'posix', disconnectBehavior: 'immediately' });
      truncateSync('/dev/shm/eshm_' + master.name, 64);
      const waiting = setInterval(() => {}, 1000);
      await new Promise((resolve) => slave.once('stale', resolve));
      clearInterval(waiting);
      console.log(slave.remoteAlive);
      slave.close();`;
    assert.equal(withShm('size=64k', program('posix', then)).stdout, 'open posix\nfalse\n');
  });
});

describe('a process', () => {
  it('that may open no more files is told so, and goes on with what it has open', () => {
    const text = `
      import { openSync, closeSync } from 'node:fs';
      import { Eshm } from '${builtUrl('lib/index.js')}';
      const name = '${uniqueName('limits')}';
      const [master, slave] = ['master', 'slave'].map((role) => Eshm.open(name, { role, shm: 'posix' }));
      const files = [];
      try { for (;;) files.push(openSync('/dev/null')); } catch {}
      try { Eshm.open(name + '2', { role: 'master', shm: 'posix' }); } catch (error) { console.log(error.code, error.errnoName); }
      master.write('still here');
      console.log(String(slave.tryRead()));
      files.forEach((file) => closeSync(file));
      slave.close();
      master.close();`;
    const { stdout } = spawnSync(
      'sh',
      ['-c', 'ulimit -n 256; exec "$@"', 'sh', process.execPath, '--input-type=module', '-e', text],
      {
        encoding: 'utf8',
      },
    );
    assert.equal(stdout, 'ESHM_SHM_ATTACH EMFILE\nstill here\n');
  });

  it('without leave to load native code talks through files, and says why nothing else can be had', () => {
    const node = (args: string[], text: string) =>
      spawnSync(process.execPath, [...args, '--input-type=module', '-e', text], { encoding: 'utf8' });
    assert.equal(node(['--no-addons'], program('auto')).stdout, 'open posix\n');
    assert.match(node(['--no-addons'], program('system-v')).stdout, /^ESHM_UNSUPPORTED/);
    const flags = [permissionFlag(), '--allow-fs-read=*', '--allow-worker'];
    assert.equal(node([...flags, '--allow-fs-write=/dev/shm/*'], program('auto')).stdout, 'open posix\n');
    const { stdout, stderr } = node([...flags, '--allow-addons'], program('auto'));
    assert.equal(stdout, 'open system-v\n', 'where files may not be written');
    assert.match(
      stderr,
      /\[ESHM_ONE_PLACE\] EshmWarning: .* look for the file .* do not find it .*--allow-fs-write/,
    );
    assert.match(node(flags, program('auto')).stdout, /^ESHM_UNSUPPORTED .*--allow-addons/);
  });
});
