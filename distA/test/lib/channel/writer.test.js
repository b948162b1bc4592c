import assert from 'node:assert/strict';
import { REPAIR_STEP } from '../../../lib/channel/phase.js';
import { duringEachCopy, Mailbox } from './fixture.js';
describe('MailboxWriter', () => {
    const text = Buffer.from('Hello from master #0\0');
    const large = Buffer.alloc(4096, 0xab);
    for (const plain of [false, true]) {
        const order = plain ? 'plain' : 'atomics';
        it(`write() leaves what the protocol says (${order})`, () => {
            const box = new Mailbox();
            const writer = box.writer(plain);
            writer.write(text, text.length);
            assert.deepEqual([box.sequence, box.dataSize, box.writeCount], [2, 21, 1n]);
            assert.deepEqual(box.data(), text);
            writer.write(large, 4096);
            assert.deepEqual([box.sequence, box.dataSize, box.writeCount], [4, 4096, 2n]);
            writer.write(new Uint8Array(0), 0);
            assert.deepEqual([box.sequence, box.dataSize, box.writeCount], [6, 0, 3n]);
            assert.deepEqual(box.data(4096), large, 'old bytes stay behind dataSize');
            assert.equal(box.readCount, 0n);
        });
        it(`the sequence is odd while data bytes move, and sizes and counts follow them (${order})`, () => {
            const box = new Mailbox();
            const writer = box.writer(plain);
            writer.write(text, text.length);
            const seen = [];
            duringEachCopy(() => seen.push([box.sequence, box.dataSize, box.writeCount]), () => writer.write(large, 4096));
            assert.deepEqual(seen, [[3, 21, 1n]]);
        });
        it(`sequence, and the counts at their carry, wrap (${order})`, () => {
            const box = new Mailbox();
            box.sequence = 2 ** 32 - 2;
            box.writeCount = 2n ** 32n - 1n;
            const writer = box.writer(plain);
            assert.equal(box.sequence, 2 ** 32 - 2, 'nothing to repair');
            writer.write(text, text.length);
            assert.deepEqual([box.sequence, box.writeCount], [0, 2n ** 32n]);
            writer.write(text, text.length);
            assert.deepEqual([box.sequence, box.writeCount], [2, 2n ** 32n + 1n]);
        });
    }
    it('publication is one store, after data and size and before the count', () => {
        const box = new Mailbox();
        const writer = box.writer();
        const { store } = Atomics;
        const seen = [];
        Atomics.store = ((array, index, value) => {
            seen.push([box.sequence, box.dataSize, box.writeCount, box.data().equals(text), value]);
            return store(array, index, value);
        });
        try {
            writer.write(text, text.length);
        }
        finally {
            Atomics.store = store;
        }
        assert.deepEqual(seen, [[1, 21, 0n, true, 2]]);
    });
    it('the count crosses 2^64 too', () => {
        const box = new Mailbox();
        box.writeCount = 2n ** 64n - 1n;
        box.sequence = 2 ** 32 - 2;
        box.writer().write(text, 1);
        assert.equal(box.writeCount, 0n);
    });
    it('goes on from what the last writer left', () => {
        const box = new Mailbox();
        for (let i = 0; i < 5; i++)
            box.writer().write(text, text.length);
        assert.deepEqual([box.sequence, box.writeCount], [10, 5n]);
    });
    it('a start in an odd sequence makes it even and the half-written message empty', () => {
        const box = new Mailbox();
        const dead = box.writer();
        dead.write(text, text.length);
        box.sequence = 3;
        box.writer();
        assert.equal(box.sequence & 1, 0);
        assert.equal((box.sequence - 2 * Number(box.writeCount)) % REPAIR_STEP, 0);
        assert.deepEqual([box.dataSize, box.writeCount], [0, 1n]);
    });
    it('a start after a death before the count counts the message, and leaves it empty', () => {
        const box = new Mailbox();
        box.writer().write(text, text.length);
        box.writeCount = 0n;
        const writer = box.writer();
        assert.deepEqual([box.dataSize, box.writeCount], [0, 1n]);
        assert.equal(box.sequence % REPAIR_STEP, 2);
        writer.write(text, 4);
        assert.deepEqual([box.dataSize, box.writeCount], [4, 2n]);
    });
    it('a repair is made once', () => {
        const box = new Mailbox();
        box.sequence = 77;
        box.writer();
        const repaired = box.sequence;
        box.writer();
        assert.equal(box.sequence, repaired);
    });
});
//# sourceMappingURL=writer.test.js.map