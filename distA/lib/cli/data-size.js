import { DEFAULT_MAX_DATA_SIZE, decodeSegment, layoutFor } from '../../layout/index.js';
/** Header, and the least that a channel takes. */
const HEADER_SIZE = layoutFor().headerSize;
const LEAST_CHANNEL_SIZE = layoutFor(1).channelSize;
/** What a channel has beside its slot, before it is rounded up. */
const BESIDE_SLOT = 72;
/** Whether a segment of `size` bytes can be ESHM's: the header and two equal channels of whole cache lines. */
export function fitsLayout(size) {
    const channel = (size - HEADER_SIZE) / 2;
    return channel >= LEAST_CHANNEL_SIZE && channel % 64 === 0;
}
/**
 * Every slot size that makes a segment of `size` bytes and has a place of its own for the counters; ascending. Slots
 * that differ by less than 8 bytes share one place; the largest of them stands for all.
 */
export function candidateSizes(size) {
    if (!fitsLayout(size))
        return [];
    const largest = (size - HEADER_SIZE) / 2 - BESIDE_SLOT;
    const candidates = [];
    for (let slot = largest - 56; slot <= largest; slot += 8)
        if (slot > 0)
            candidates.push(slot);
    return candidates;
}
/**
 * Finds the slot size of a segment, which does not say it: the default where it fits, else the one whose counters go
 * with the sequence words (`sequence = 2 * writeCount` in a healthy channel), else the largest.
 *
 * @param bytes - a copy of the segment
 * @param given - what the user said; taken as it is
 * @throws {RangeError} when `given` makes another size
 */
export function findDataSize(bytes, given) {
    if (given !== undefined) {
        const expected = layoutFor(given).segmentSize;
        if (expected !== bytes.length) {
            throw new RangeError(`Cannot decode segment: its size is ${bytes.length} bytes, expected ${expected} for --max-data-size ${given}`);
        }
        return { maxDataSize: given, basis: 'given' };
    }
    const candidates = candidateSizes(bytes.length);
    const preferred = candidates.includes(DEFAULT_MAX_DATA_SIZE) ? DEFAULT_MAX_DATA_SIZE : candidates.at(-1);
    if (preferred === DEFAULT_MAX_DATA_SIZE && agrees(decodeSegment(bytes)) !== false) {
        return { maxDataSize: preferred, basis: 'assumed' };
    }
    const found = candidates.find((size) => agrees(decodeSegment(bytes, size)) === true);
    return found === undefined
        ? { maxDataSize: preferred, basis: 'assumed' }
        : { maxDataSize: found, basis: 'counters' };
}
/** Whether counters and sequence words go together; `undefined` when nothing was ever written. */
function agrees({ masterToSlave, slaveToMaster }) {
    const written = [masterToSlave, slaveToMaster].filter(({ sequence }) => sequence !== 0);
    if (written.length === 0)
        return undefined;
    return written.every(({ sequence, writeCount, dataSize, data }) => {
        const ahead = (sequence - Number(BigInt.asUintN(32, 2n * writeCount))) | 0;
        return ahead >= 0 && ahead <= 2 && dataSize === data.length;
    });
}
//# sourceMappingURL=data-size.js.map