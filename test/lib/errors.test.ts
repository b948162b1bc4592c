import assert from 'node:assert/strict';
import { EshmError, type EshmErrorCode, errorText, isCorrupt, translate } from '../../lib/errors.js';
import { SyscallError, UnsupportedError } from '../../syscalls/index.js';

describe('EshmError', () => {
  const table: [EshmErrorCode, number | undefined, string][] = [
    ['ESHM_INVALID_PARAM', -1, 'Invalid parameter'],
    ['ESHM_SHM_CREATE', -2, 'Failed to create shared memory'],
    ['ESHM_SHM_ATTACH', -3, 'Failed to attach to shared memory'],
    ['ESHM_SHM_DETACH', -4, 'Failed to detach from shared memory'],
    ['ESHM_SHM_DELETE', -5, 'Failed to delete shared memory'],
    ['ESHM_NO_DATA', -9, 'No data available'],
    ['ESHM_TIMEOUT', -10, 'Operation timed out'],
    ['ESHM_MASTER_STALE', -11, 'Master is stale'],
    ['ESHM_BUFFER_FULL', -12, 'Buffer is full'],
    ['ESHM_BUFFER_TOO_SMALL', -13, 'Buffer too small'],
    ['ESHM_NOT_INITIALIZED', -14, 'Not initialized'],
    ['ESHM_ROLE_MISMATCH', -15, 'Role mismatch'],
    ['ESHM_CORRUPT', undefined, 'Segment is corrupt'],
    ['ESHM_CLOSED', undefined, 'Endpoint is closed'],
    ['ESHM_UNSUPPORTED', undefined, 'Shared memory is not supported here'],
  ];

  for (const [code, status, text] of table) {
    it(`${code} has the status ${status} and the text of the C API`, () => {
      const error = new EshmError(code);
      assert.deepEqual(
        [error.name, error.code, error.status, error.message],
        ['EshmError', code, status, text],
      );
      assert.equal(errorText(code), text);
      assert.ok(error instanceof Error);
      // What Node prints of one that nobody has caught: nothing that says nothing.
      for (const field of ['syscall', 'errno', 'errnoName', 'peerAlive']) assert.ok(!(field in error), field);
    });
  }

  it('of a corrupt message is known by its name and code, whichever copy of the package made it', () => {
    assert.ok(isCorrupt(new EshmError('ESHM_CORRUPT')));
    assert.ok(isCorrupt(Object.assign(new Error('bad'), { name: 'EshmError', code: 'ESHM_CORRUPT' })));
    assert.ok(!isCorrupt(new EshmError('ESHM_CLOSED')));
    assert.ok(!isCorrupt(Object.assign(new Error('bad'), { code: 'ESHM_CORRUPT' })));
    assert.ok(!isCorrupt({ name: 'EshmError', code: 'ESHM_CORRUPT' }));
  });

  it('takes call, number and name from the system call that failed', () => {
    const cause = new SyscallError('shmat', 13, 'attach segment 5');
    const error = new EshmError('ESHM_SHM_ATTACH', 'mine', { cause });
    assert.deepEqual([error.syscall, error.errno, error.errnoName], ['shmat', 13, 'EACCES']);
    assert.equal(error.cause, cause);
  });

  it('translate() keeps what happened and says what was attempted', () => {
    const error = translate(
      new SyscallError('shmget', 2, 'get it'),
      'ESHM_SHM_ATTACH',
      "open 'x'",
    ) as EshmError;
    assert.ok(error.message.startsWith("Cannot open 'x': shmget failed with ENOENT (errno 2); "));
    assert.equal(error.code, 'ESHM_SHM_ATTACH');
    assert.equal(
      (translate(new UnsupportedError('no'), 'ESHM_SHM_ATTACH', 'x') as EshmError).code,
      'ESHM_UNSUPPORTED',
    );
    const other = new RangeError('mine');
    assert.equal(translate(other, 'ESHM_SHM_ATTACH', 'x'), other);
  });
});
