import assert from 'node:assert/strict';
import { parseCpuList, pickCores } from '../../bench/cores.js';
import { parseFigures } from '../../bench/driver.js';
describe('cores of a benchmark run', () => {
    it('parseCpuList() reads single cores and ranges', () => {
        assert.deepEqual(parseCpuList('0-2,5'), [0, 1, 2, 5]);
        assert.deepEqual(parseCpuList('3\n'), [3]);
        assert.deepEqual(parseCpuList(undefined), []);
    });
    it('pickCores() gives two different ones, or none', () => {
        const cores = pickCores();
        if (cores !== undefined)
            assert.notEqual(cores[0], cores[1]);
    });
    it('parseFigures() reads the list of an answer', () => {
        assert.deepEqual(parseFigures('ok ns=1.5,2'), [1.5, 2]);
        assert.deepEqual(parseFigures('ok ns='), []);
    });
});
//# sourceMappingURL=cores.test.js.map