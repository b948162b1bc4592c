/**
 * Derives the System V key under which the segment of a channel is found.
 *
 * Start at 0; for every byte of the UTF-8 name, taken as a signed char: `key = key * 33 + byte`, wrapping at
 * 32 bits (ESHM protocol version 2, section 1). Names are not stored in the segment, and different names can
 * share a key: `Aa` and `B@` do.
 *
 * @param name channel name; a C peer ends it at its first NUL, so it must not hold one
 * @returns the key, a signed 32-bit integer other than 0
 * @throws {TypeError} when `name` is not a string
 * @throws {RangeError} when `name` is empty, holds a NUL or an unpaired surrogate, or has the key 0, which the
 * system reads as IPC_PRIVATE: a segment that nobody else can find
 *
 * @example
 * deriveKey('eshm1'); // 124027678
 */
export declare function deriveKey(name: string): number;
