/** How sure a data size is: given by the user, read off the segment, or taken for lack of anything better. */
export type SizeBasis = 'given' | 'counters' | 'assumed';
/** The bytes in one slot of a segment, and where that number comes from. */
export interface DataSize {
    readonly maxDataSize: number;
    readonly basis: SizeBasis;
}
/** Whether a segment of `size` bytes can be ESHM's: the header and two equal channels of whole cache lines. */
export declare function fitsLayout(size: number): boolean;
/**
 * Every slot size that makes a segment of `size` bytes and has a place of its own for the counters; ascending. Slots
 * that differ by less than 8 bytes share one place; the largest of them stands for all.
 */
export declare function candidateSizes(size: number): number[];
/**
 * Finds the slot size of a segment, which does not say it: the default where it fits, else the one whose counters go
 * with the sequence words (`sequence = 2 * writeCount` in a healthy channel), else the largest.
 *
 * @param bytes - a copy of the segment
 * @param given - what the user said; taken as it is
 * @throws {RangeError} when `given` makes another size
 */
export declare function findDataSize(bytes: Uint8Array, given?: number): DataSize;
