import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hexDump } from '../../../../lib/cli/printing/hex.js';

describe('hexDump()', () => {
  it('has offset, bytes and ASCII as hexdump -C does', () => {
    assert.deepEqual(hexDump(Buffer.from('0123456789abcdef\x1b~\x7f é', 'latin1')), [
      '00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  |0123456789abcdef|',
      '00000010  1b 7e 7f 20 e9                                    |.~. .|',
    ]);
    assert.deepEqual(hexDump(Buffer.alloc(0)), []);
  });

  it('loses no byte, in rows of 78 columns at most', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const rows = hexDump(bytes);
        assert.equal(rows.length, Math.ceil(bytes.length / 16));
        const found = rows.flatMap((row, index) => {
          assert.equal(Number.parseInt(row.slice(0, 8), 16), 16 * index);
          assert.ok(row.length <= 78);
          assert.match(row.slice(60), /^[ -~]+$/);
          return row.slice(10, 58).split(' ').filter(Boolean);
        });
        assert.deepEqual(Buffer.from(found.join(''), 'hex'), Buffer.from(bytes));
      }),
    );
  });
});
