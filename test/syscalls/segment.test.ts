import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { deriveKey } from '../../layout/index.js';
import {
  formatKey,
  IPC_CREAT,
  IPC_PRIVATE,
  isGone,
  Segment,
  SyscallError,
  shmget,
} from '../../syscalls/index.js';
import { assertNothingLeft, attachmentsHere, thrownBy, uniqueName } from '../support/channels.js';
import { NOBODY, needsAnotherUser, skip } from '../support/needs.js';
import { builtUrl, evaluate } from '../support/run-node.js';

describe('Segment', () => {
  let key: number;
  const open: Segment[] = [];
  const create = (size = 8576, mode = 0o666) => {
    const segment = Segment.create(key, size, mode);
    open.push(segment);
    return segment;
  };

  beforeEach(() => {
    key = deriveKey(uniqueName('segment'));
  });

  afterEach(() => {
    for (const segment of open.splice(0)) {
      if (segment.attached) segment.remove();
      segment.detach();
    }
    assertNothingLeft();
  });

  it('create() makes an attached segment, all zero, with exactly these permission bits', () => {
    const umask = process.umask(0o077);
    try {
      const segment = create(8576, 0o641);
      const { mode, size, attachments, removed, creatorPid, uid } = segment.stat();
      assert.deepEqual([mode, size, attachments, removed], [0o641, 8576, 1, false]);
      assert.deepEqual([creatorPid, uid], [process.pid, process.getuid?.()]);
      assert.ok(segment.bytes.every((byte) => byte === 0));
      assert.equal(segment.bytes.length, 8576);
    } finally {
      process.umask(umask);
    }
  });

  it('create() refuses a taken key with EEXIST and an impossible size with EINVAL', () => {
    create();
    assert.equal(thrownBy<SyscallError>(() => create()).code, 'EEXIST');
    key = deriveKey(uniqueName('segment'));
    assert.equal(thrownBy<SyscallError>(() => create(0)).code, 'EINVAL');
  });

  it('attach() shows the same memory at another address', () => {
    const segment = create();
    const other = Segment.attach(Segment.find(key));
    open.push(other);
    assert.equal(other.id, segment.id);
    assert.notEqual(other.address, segment.address);
    segment.bytes[8575] = 7;
    assert.equal(other.bytes[8575], 7);
    assert.equal(segment.stat().attachments, 2);
  });

  it('read() gives a copy of a range, and no more than there is', () => {
    const segment = create();
    segment.bytes.set([1, 2, 3]);
    segment.bytes.set([8, 9], 8574);
    const copy = Segment.read(segment.id, 1, 2);
    segment.bytes[1] = 7;
    assert.deepEqual([...copy], [2, 3]);
    assert.deepEqual([...Segment.read(segment.id, 8574, 2)], [8, 9]);
    assert.deepEqual([...Segment.read(segment.id, 8575, 100)], [9]);
    assert.deepEqual([...Segment.read(segment.id, 8576, 1)], []);
    assert.deepEqual([...Segment.read(segment.id, 9000)], []);
    assert.equal(Segment.read(segment.id).length, 8576);
    assert.equal(Segment.read(segment.id, 8500).length, 76);
    assert.equal(attachmentsHere(), 1);
  });

  it('read() refuses a range that is none', () => {
    const { id } = create();
    for (const [offset, length] of [
      [-1, 1],
      [0.5, 1],
      [0, -1],
      [0, Number.NaN],
      [Number.POSITIVE_INFINITY, 1],
    ] as const) {
      assert.throws(() => Segment.read(id, offset, length), {
        name: 'RangeError',
        message: /whole number from 0/,
      });
    }
    assert.throws(() => Segment.read(id, '5' as never), /offset is of type string, expected a whole number/);
  });

  it('read() touches nothing of a huge segment but what it was asked for', () => {
    const size = 2 ** 30;
    const segment = create(size, 0o600);
    const residentKiB = () => Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))![1]);
    const before = residentKiB();
    assert.deepEqual([...Segment.read(segment.id, size - 2, 2)], [0, 0]);
    assert.equal(Segment.read(segment.id, 0, 128).length, 128);
    assert.ok(residentKiB() - before < size / 1024 / 4, 'most of it was never paged in');
  });

  it('replace() puts another segment under the views that are there', () => {
    const segment = create();
    const view = segment.bytes;
    const words = new Int32Array(view.buffer, view.byteOffset, 4);
    words[0] = 11;
    const oldId = segment.id;
    segment.remove();
    const successor = create();
    new Int32Array(successor.bytes.buffer, successor.bytes.byteOffset, 4)[0] = 22;
    const { address } = segment;
    segment.replace(successor.id);
    assert.equal(words[0], 22);
    assert.equal(segment.address, address);
    assert.equal(segment.id, successor.id);
    words[1] = 33;
    assert.equal(successor.bytes.readInt32LE(4), 33);
    assert.ok(isGone(thrownBy(() => Segment.stat(oldId))), 'the old one went with its last attachment');
    successor.detach();
    successor.detach();
    assert.equal(Atomics.load(words, 1), 33, 'still mapped here');
  });

  it('replace() refuses another size, and one that is gone, and keeps what is mapped', () => {
    const segment = create();
    segment.bytes[0] = 5;
    const id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0o600);
    assert.throws(() => segment.replace(id), { name: 'RangeError', message: /size is 4096, expected 8576/ });
    Segment.remove(id);
    assert.ok(isGone(thrownBy(() => segment.replace(id))));
    assert.equal(segment.bytes[0], 5);
  });

  it('entomb() leaves harmless memory under the views and no segment behind', () => {
    const segment = create();
    const view = segment.bytes;
    view[0] = 5;
    segment.remove();
    segment.entomb();
    assert.equal(view[0], 0);
    view[0] = 6;
    assert.equal(segment.attached, true, 'until it is detached');
    const { id } = segment;
    assert.ok(segment.stat().removed, 'no segment but the grave');
    segment.detach();
    segment.entomb();
    assert.equal(segment.attached, false);
    assert.ok(isGone(thrownBy(() => Segment.stat(id))), 'nor that');
  });

  it('detach() twice unmaps once, and views are refused then', () => {
    const segment = create();
    segment.remove();
    segment.detach();
    segment.detach();
    assert.equal(segment.attached, false);
    assert.throws(() => segment.bytes, /detached/);
  });

  it('remove() frees the key while the memory lives on, and does nothing for what is gone', () => {
    const segment = create();
    segment.remove();
    assert.equal(thrownBy<SyscallError>(() => Segment.find(key)).code, 'ENOENT');
    assert.equal(segment.stat().removed, true);
    segment.bytes[0] = 1;
    segment.remove();
    segment.detach();
    Segment.remove(segment.id);
  });

  it('says mode and owner where another user is refused', async function () {
    needsAnotherUser(this);
    const { id } = create(8576, 0o640);
    const code = `
      import { Segment } from '${builtUrl('syscalls/index.js')}';
      const why = (act) => { try { act(); return ['none']; } catch (error) { return [error.code, error.syscall, error.message]; } };
      console.log(JSON.stringify([
        why(() => Segment.attach(${id})), why(() => Segment.read(${id})), why(() => Segment.remove(${id})),
        why(() => Segment.list().find((one) => one.id === ${id}).mode.none),
      ]));`;
    const [attach, read, remove, list] = await evaluate<string[][]>(code, { uid: NOBODY, gid: NOBODY });
    for (const [found, errno, why] of [
      [attach, 'EACCES', /mode 0640 and belongs to uid 0, this process runs as uid 65534/],
      [read, 'EACCES', /mode 0640 and belongs to uid 0, this process runs as uid 65534/],
      // Its mode has no part in this.
      [
        remove,
        'EPERM',
        /belongs to uid 0, this process runs as uid 65534, .* only they and root may remove it/,
      ],
    ] as const) {
      assert.equal(found?.[0], errno);
      assert.match(found?.[2] ?? '', why);
      assert.ok(found?.[2]?.includes(formatKey(key)));
    }
    assert.equal(list?.[0], 'none', 'the table of segments is open to all');
  });

  it('create() leaves no segment where it cannot be attached', async function () {
    // Little address space: shmget succeeds, shmat does not.
    const code = `
      import { Segment } from '${builtUrl('syscalls/index.js')}';
      const before = Segment.list().length;
      const size = 2 ** 40;
      let code = 'none';
      try { Segment.create(${key}, size, 0o600); } catch (error) { code = error.code + ' ' + error.syscall; }
      console.log(JSON.stringify({ code, left: Segment.list().length - before }));`;
    const { code: failure, left } = await evaluate<{ code: string; left: number }>(code, {
      under: ['unshare', '--ipc', 'prlimit', `--as=${2 ** 39}`, '--'],
    }).catch(() => ({ code: 'skip', left: 0 }));
    if (failure === 'skip') skip(this, 'unshare or prlimit is not permitted here');
    assert.match(failure, /^(ENOMEM shmat|ENOSPC shmget|ENOMEM shmget)$/);
    assert.equal(left, 0);
  });
});

describe('isGone()', () => {
  it('is true for errors of segments that no longer exist, and for nothing else', () => {
    for (const errno of [2, 22, 43]) assert.ok(isGone(new SyscallError('shmat', errno, 'attach')));
    assert.ok(!isGone(new SyscallError('shmat', 13, 'attach')));
    assert.ok(!isGone(new Error('ENOENT')));
  });
});
