import assert from 'node:assert/strict';
import { deriveKey } from '../../layout/index.js';
import {
  formatKey,
  IPC_CREAT,
  IPC_EXCL,
  IPC_PRIVATE,
  IPC_RMID,
  IPC_STAT,
  SHM_RDONLY,
  SHM_REMAP,
  SHMID_DS_SIZE,
  SyscallError,
  shmat,
  shmctl,
  shmdt,
  shmget,
  viewOf,
} from '../../syscalls/index.js';
import { assertNothingLeft, removeLeftovers, thrownBy, uniqueName } from '../support/channels.js';
import { NOBODY, needsAnotherUser, skip } from '../support/needs.js';
import { builtUrl, evaluate } from '../support/run-node.js';

describe('shmget, shmat, shmdt and shmctl', () => {
  let key: number;
  const ids: number[] = [];
  const create = (size = 4096, flags = IPC_CREAT | IPC_EXCL | 0o600) => {
    const id = shmget(key, size, flags);
    ids.push(id);
    return id;
  };

  beforeEach(() => {
    key = deriveKey(uniqueName('calls'));
  });

  afterEach(() => {
    for (const id of ids.splice(0)) {
      try {
        shmctl(id, IPC_RMID);
      } catch {
        // The test has removed it.
      }
    }
    removeLeftovers();
    assertNothingLeft();
  });

  const fails = (syscall: string, code: string, errno: number, message: RegExp, act: () => unknown) => {
    const error = thrownBy<SyscallError>(act);
    assert.ok(error instanceof SyscallError, `${error}`);
    assert.deepEqual([error.syscall, error.code, error.errno], [syscall, code, errno]);
    assert.match(error.message, message);
  };

  it('make a segment, find it, map it, and let it go', () => {
    const id = create();
    assert.equal(shmget(key, 0, 0), id);
    const address = shmat(id);
    assert.ok(Number.isSafeInteger(address) && address > 0 && address % 4096 === 0);
    const again = shmat(id, 0, SHM_RDONLY);
    assert.notEqual(again, address);
    viewOf(address, 4096)[17] = 99;
    assert.equal(viewOf(again, 4096)[17], 99, 'two mappings, one memory');
    const stat = Buffer.alloc(SHMID_DS_SIZE);
    shmctl(id, IPC_STAT, stat);
    assert.equal(stat.readInt32LE(0), key);
    assert.equal(stat.readBigUInt64LE(88), 2n, 'attachments');
    shmdt(again);
    shmdt(address);
    shmctl(id, IPC_RMID);
    fails('shmget', 'ENOENT', 2, /start the master first/, () => shmget(key, 0, 0));
  });

  it('a key with the sign bit works', () => {
    key = deriveKey('test-peer-\u00ff') | 0x8000_0000;
    const id = create();
    assert.equal(shmget(key, 0, 0), id);
    assert.ok(formatKey(key).startsWith('0x') && formatKey(key).length === 10);
  });

  it('ENOENT names the key and says to start the master', () => {
    fails(
      'shmget',
      'ENOENT',
      2,
      new RegExp(`key ${formatKey(key)}: shmget failed with ENOENT \\(errno 2\\)`),
      () => shmget(key, 0, 0),
    );
  });

  it('EEXIST where the key is taken', () => {
    create();
    fails('shmget', 'EEXIST', 17, /already/, () => shmget(key, 4096, IPC_CREAT | IPC_EXCL | 0o600));
  });

  it('EINVAL where the segment is smaller than asked for, or the size impossible', () => {
    create(100);
    fails('shmget', 'EINVAL', 22, /maxDataSize/, () => shmget(key, 8576, 0));
    fails('shmget', 'EINVAL', 22, /SHMMAX/, () => shmget(IPC_PRIVATE, 0, IPC_CREAT | 0o600));
  });

  it('EINVAL from shmat, shmdt and shmctl for what is not there', () => {
    const id = create();
    shmctl(id, IPC_RMID);
    fails('shmat', 'EINVAL', 22, /attach segment .* gone/, () => shmat(id));
    fails('shmctl', 'EINVAL', 22, /look at segment/, () => shmctl(id, IPC_STAT));
    fails('shmctl', 'EINVAL', 22, /control segment/, () => shmctl(id, IPC_RMID));
    fails('shmdt', 'EINVAL', 22, /detach the segment at 0x1000/, () => shmdt(0x1000));
  });

  it('EINVAL where a mapping is in the way, unless it is to be replaced', () => {
    const address = shmat(create());
    const other = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0o600);
    ids.push(other);
    fails('shmat', 'EINVAL', 22, /attach/, () => shmat(other, address));
    assert.equal(shmat(other, address, SHM_REMAP), address);
    shmdt(address);
  });

  it('shmctl never lets the kernel write past a small buffer', () => {
    assert.throws(() => shmctl(create(), IPC_STAT, new Uint8Array(SHMID_DS_SIZE - 1)), RangeError);
  });

  it('EACCES for another user', async function () {
    needsAnotherUser(this);
    const id = create(4096, IPC_CREAT | IPC_EXCL | 0o600);
    const codes = await evaluate<string[]>(
      `import { shmat, shmctl, shmget } from '${builtUrl('syscalls/index.js')}';
       const code = (act) => { try { act(); return 'none'; } catch (error) { return error.code; } };
       console.log(JSON.stringify([
         code(() => shmat(${id})), code(() => shmctl(${id}, 2)), code(() => shmctl(${id}, 0)), code(() => shmget(${key}, 0, 0o600)),
       ]));`,
      { uid: NOBODY, gid: NOBODY },
    );
    assert.deepEqual(codes, ['EACCES', 'EACCES', 'EPERM', 'EACCES']);
  });

  it('ENOSPC at the limit of the kernel names the limits', async function () {
    const code = `
      import { writeFileSync } from 'node:fs';
      import { shmget } from '${builtUrl('syscalls/index.js')}';
      try { writeFileSync('/proc/sys/kernel/shmmni', '2'); } catch { console.log('null'); process.exit(); }
      let last;
      for (let i = 1; i <= 3; i++) try { shmget(i, 4096, 0o3600); } catch (error) { last = error; }
      console.log(JSON.stringify({ code: last.code, errno: last.errno, message: last.message }));`;
    // A namespace of its own: its limits and segments are nobody else's, and go with the process.
    const error = await evaluate<{ code: string; errno: number; message: string } | null>(code, {
      under: ['unshare', '--ipc'],
    }).catch(() => null);
    if (error === null) skip(this, 'an IPC namespace of its own is not permitted here');
    assert.deepEqual([error.code, error.errno], ['ENOSPC', 28]);
    assert.match(error.message, /ipcs -lm.*shmmni/);
  });
});
