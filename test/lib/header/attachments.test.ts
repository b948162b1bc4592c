import assert from 'node:assert/strict';
import fc from 'fast-check';
import { attachmentsIn, attachmentsOf } from '../../../lib/header/index.js';
import { Segment } from '../../../syscalls/index.js';

const hex = (least: number, most: number) =>
  fc
    .integer({ min: 0, max: 15 })
    .chain((digit) =>
      fc
        .array(fc.constantFrom(...'0123456789abcdef'), { minLength: least - 1, maxLength: most - 1 })
        .map((digits) => `${digit.toString(16)}${digits.join('')}`),
    );

/** What can stand in the last column and is no segment. */
const OTHERS = fc.oneof(
  fc.constantFrom('', '[heap]', '[stack]', '[vdso]', '/dev/zero (deleted)', '/memfd:SYSV00000001 (deleted)'),
  fc.constantFrom(
    '/SYSV',
    '/SYSV0000000',
    '/SYSV000000001',
    '/SYSV00000001.so',
    '/SYSV0000000g',
    '/SYSV/00000001',
  ),
  hex(8, 8).chain((key) =>
    fc.constantFrom(
      `/tmp/SYSV${key}`,
      `/tmp/a /SYSV${key}`,
      `/a /SYSV${key} (deleted)`,
      ` /x /SYSV${key} (deleted)`,
    ),
  ),
  fc.string({ unit: 'grapheme-ascii' }).map((name) => `/tmp/${name}`),
);
const SEGMENTS = fc
  .tuple(hex(8, 8), fc.boolean())
  .map(([key, isDeleted]) => `/SYSV${key}${isDeleted ? ' (deleted)' : ''}`);

/** A line of the list as the kernel prints it, and whether it is of a segment. */
const mapping = fc
  .record({
    address: fc.bigInt({ min: 0x10000n, max: 0x7fffffffffffn }),
    rights: fc.constantFrom('rw-s', 'r--s', 'rwxs', 'rw-p', '---p'),
    offset: hex(8, 8),
    device: fc.tuple(hex(2, 3), hex(2, 5)).map((parts) => parts.join(':')),
    segmentId: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    name: fc.oneof(
      OTHERS.map((path) => ({ path, isSegment: false })),
      SEGMENTS.map((path) => ({ path, isSegment: true })),
    ),
  })
  .map(({ address, rights, offset, device, segmentId, name }) => {
    const [from, to] = [address, address + 0x3000n].map((end) => end.toString(16).padStart(8, '0'));
    const columns = `${from}-${to} ${rights} ${offset} ${device} ${segmentId} `;
    const line = name.path === '' ? columns : `${columns.padEnd(73)}${name.path}`;
    const found = name.isSegment ? [{ address: Number(address), segmentId, device }] : [];
    return { line, found };
  });

describe('attachments', () => {
  it('are the segments among the mappings of a process, and nothing that only looks like one', () => {
    fc.assert(
      fc.property(fc.array(mapping), fc.boolean(), (mappings, endsInNewline) => {
        const text = mappings.map(({ line }) => line).join('\n') + (endsInNewline ? '\n' : '');
        const expected = mappings.flatMap(({ found }) => found);
        assert.deepEqual(attachmentsIn(text), expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('of this process: address, id and one device for all', () => {
    const [one, other] = [Segment.create(0, 4096, 0o600), Segment.create(0, 8192, 0o600)];
    try {
      for (const segment of [one, other]) segment.remove();
      const found = attachmentsOf('self');
      for (const { address, id } of [one, other]) {
        const attachment = found.find((each) => each.address === address);
        assert.equal(attachment?.segmentId, id);
        assert.equal(attachment.device, found[0]!.device);
      }
    } finally {
      for (const segment of [one, other]) segment.detach();
    }
  });

  it('of a process that is not there: an error, not none', () => {
    assert.throws(() => attachmentsOf(2 ** 31 - 1), { code: 'ENOENT' });
  });
});
