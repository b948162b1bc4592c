import assert from 'node:assert/strict';
import { errnoName, SyscallError } from '../../syscalls/index.js';
describe('SyscallError', () => {
    const table = [
        [1, 'EPERM', /owner/],
        [2, 'ENOENT', /start the master/],
        [12, 'ENOMEM', /memory/],
        [13, 'EACCES', /wider mode/],
        [17, 'EEXIST', /already/],
        [22, 'EINVAL', /gone/],
        [28, 'ENOSPC', /ipcs -lm/],
        [43, 'EIDRM', /removed meanwhile/],
    ];
    for (const [errno, code, advice] of table) {
        it(`names ${code} and says what to do`, () => {
            const error = new SyscallError('shmat', errno, 'attach segment 7');
            assert.equal(errnoName(errno), code);
            assert.deepEqual([error.name, error.syscall, error.errno, error.code], ['SyscallError', 'shmat', errno, code]);
            assert.ok(error.message.startsWith(`Cannot attach segment 7: shmat failed with ${code} (errno ${errno}); `));
            assert.match(error.message, advice);
        });
    }
    it('keeps the number of an error it has no name for, and gives no advice', () => {
        const error = new SyscallError('shmdt', 9999, 'detach');
        assert.equal(error.code, 'errno 9999');
        assert.ok(error.message.endsWith('(errno 9999)'));
    });
});
//# sourceMappingURL=errors.test.js.map