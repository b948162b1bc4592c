import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { EshmError } from '../errors.js';
import type { Decompress } from './mcap.js';

/** What Node has from 22.15 on; the types of an older one do not know it. */
interface Zstd {
  zstdCompress?(bytes: Uint8Array, done: (error: Error | null, result: Buffer) => void): void;
  zstdDecompressSync?(bytes: Uint8Array, options: { maxOutputLength: number }): Buffer;
}

const { zstdCompress, zstdDecompressSync } = zlib as Zstd;

/** Compresses a chunk away from the event loop. */
export type Compress = (bytes: Uint8Array) => Promise<Uint8Array>;

/**
 * What compresses chunks.
 *
 * @throws {EshmError} ESHM_UNSUPPORTED where this Node cannot
 */
export function zstdCompressor(): Compress {
  if (zstdCompress === undefined) throw unsupported('record with compress');
  return promisify(zstdCompress);
}

/** What takes compressed chunks apart, by the name of the compression in the file. */
export const DECOMPRESS: Readonly<Record<string, Decompress>> = {
  zstd(bytes, size) {
    if (zstdDecompressSync === undefined) throw unsupported('read a compressed recording');
    return zstdDecompressSync(bytes, { maxOutputLength: Number(size) });
  },
};

function unsupported(action: string): EshmError {
  return new EshmError(
    'ESHM_UNSUPPORTED',
    `Cannot ${action}: zstd is not in this runtime (Node ${process.versions.node}), expected Node 22.15 or later`,
  );
}
