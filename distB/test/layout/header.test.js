import assert from 'node:assert/strict';
import { checkHeader, decodeSegment, MAGIC, VERSION } from '../../layout/index.js';
import { readImage, segmentVectors, sizeVectors } from '../support/vectors.js';
describe('layout/header', () => {
    it('checkHeader() finds nothing wrong with what the original left', () => {
        for (const { file } of segmentVectors) {
            assert.equal(checkHeader(decodeSegment(readImage(file)).header), undefined, file);
        }
        for (const { file, max_data_size } of sizeVectors) {
            assert.equal(checkHeader(decodeSegment(readImage(file), max_data_size).header), undefined, file);
        }
    });
    const wrong = [
        [0, 0, 'magic is 0x00000000, expected 0x4553484D'],
        [0, VERSION, 'magic is 0x00000000, expected 0x4553484D'],
        [0x4d485345, VERSION, 'magic is 0x4D485345, expected 0x4553484D'],
        [0xffffffff, VERSION, 'magic is 0xFFFFFFFF, expected 0x4553484D'],
        [MAGIC, 0, 'version is 0, expected 2'],
        [MAGIC, 1, 'version is 1, expected 2'],
        [MAGIC, 3, 'version is 3, expected 2'],
        [MAGIC, 0xffffffff, 'version is 4294967295, expected 2'],
    ];
    for (const [magic, version, message] of wrong) {
        it(`checkHeader() says "${message}" for magic ${magic} and version ${version}`, () => {
            assert.equal(checkHeader({ magic, version }), message);
        });
    }
});
//# sourceMappingURL=header.test.js.map