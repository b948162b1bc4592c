import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { deriveKey } from '../../layout/index.js';
import { listSegments, parseSegmentTable, Segment, statSegment } from '../../syscalls/index.js';
import { assertNothingLeft, uniqueName } from '../support/channels.js';
const TITLES = readFileSync('/proc/sysvipc/shm', 'utf8').split('\n')[0];
describe('statSegment() and listSegments()', () => {
    afterEach(() => assertNothingLeft());
    it('agree on everything about a segment, attached twice and then removed', () => {
        const segment = Segment.create(deriveKey(uniqueName('stat')), 12_345, 0o640);
        const again = Segment.attach(segment.id);
        try {
            const fromKernel = statSegment(segment.id);
            assert.deepEqual(listSegments().find(({ id }) => id === segment.id), fromKernel);
            assert.equal(fromKernel.size, 12_345);
            assert.equal(fromKernel.attachments, 2);
            assert.ok(Math.abs(fromKernel.changedAtS - Date.now() / 1000) < 3600);
            segment.remove();
            const removed = statSegment(segment.id);
            assert.deepEqual(listSegments().find(({ id }) => id === segment.id), removed);
            assert.deepEqual([removed.removed, removed.key, removed.mode], [true, 0, 0o640]);
        }
        finally {
            again.detach();
            segment.detach();
        }
    });
});
describe('parseSegmentTable()', () => {
    const row = {
        key: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
        id: fc.nat(2 ** 31 - 1),
        mode: fc.nat(0o777),
        removed: fc.boolean(),
        size: fc.nat(Number.MAX_SAFE_INTEGER),
        creatorPid: fc.nat(4_194_304),
        lastPid: fc.nat(4_194_304),
        attachments: fc.nat(1e6),
        uid: fc.nat(2 ** 32 - 1),
        gid: fc.nat(2 ** 32 - 1),
        creatorUid: fc.nat(2 ** 32 - 1),
        changedAtS: fc.nat(4e9),
    };
    it('reads back whatever the kernel can print', () => {
        fc.assert(fc.property(fc.array(fc.record(row, { noNullPrototype: true }), { maxLength: 20 }), (segments) => {
            const rows = segments.map((s) => {
                const perms = ((s.removed ? 0o1000 : 0) | s.mode).toString(8);
                const cells = [s.key, s.id, perms, s.size, s.creatorPid, s.lastPid, s.attachments, s.uid, s.gid];
                return [...cells, s.creatorUid, 5, 1, 2, s.changedAtS, 4096, 0]
                    .map((c) => `${c}`.padStart(10))
                    .join(' ');
            });
            assert.deepEqual(parseSegmentTable([TITLES, ...rows, ''].join('\n')), segments);
        }));
    });
    it('finds columns by their titles, in any order', () => {
        const [one] = parseSegmentTable('shmid key perms size extra\n 7 -5 1600 42 x\n');
        assert.deepEqual([one?.id, one?.key, one?.mode, one?.removed, one?.size], [7, -5, 0o600, true, 42]);
    });
    it('takes any text without a throw, and finds nothing in an empty one', () => {
        assert.deepEqual(parseSegmentTable(''), []);
        assert.deepEqual(parseSegmentTable(TITLES), []);
        assert.deepEqual(parseSegmentTable(`${TITLES}\n 1 2 3\n`), []);
        fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string().map((text) => `${TITLES}\n${text}`)), (text) => {
            assert.ok(Array.isArray(parseSegmentTable(text)));
        }));
    });
    it('leaves out lines whose cells are no numbers', () => {
        const words = TITLES.trim()
            .split(/\s+/)
            .map(() => 'x')
            .join(' ');
        assert.deepEqual(parseSegmentTable(`${TITLES}\n${words}\n`), []);
    });
});
//# sourceMappingURL=stat.test.js.map