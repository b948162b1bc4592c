import assert from 'node:assert/strict';
import { deriveKey } from '../../layout/index.js';
import { Segment, viewOf } from '../../syscalls/index.js';
import { assertNothingLeft, uniqueName } from '../support/channels.js';
describe('viewOf()', () => {
    afterEach(() => assertNothingLeft());
    it('is the memory itself, wrapped once for an address and a length', () => {
        const segment = Segment.create(deriveKey(uniqueName('view')), 8576, 0o600);
        try {
            segment.remove();
            const view = viewOf(segment.address, 8576);
            assert.equal(viewOf(segment.address, 8576), view);
            const part = viewOf(segment.address, 128);
            assert.deepEqual([view.length, part.length], [8576, 128]);
            const words = new Int32Array(view.buffer, view.byteOffset, view.length >>> 2);
            assert.equal(Atomics.add(words, 3, 5), 0);
            assert.equal(part[12], 5);
            assert.equal(view.byteOffset % 8, 0, 'aligned for 64-bit access');
        }
        finally {
            segment.detach();
        }
    });
});
//# sourceMappingURL=view.test.js.map