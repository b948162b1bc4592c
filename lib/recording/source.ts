import { type FileHandle, open } from 'node:fs/promises';
import { EshmError } from '../errors.js';
import { lookThrough } from './look-through.js';
import { type IndexedReader, MAGIC, type Mcap, type Readable } from './mcap.js';
import { DECOMPRESS } from './zstd.js';

/** A file that is read, and whether it has an end of its own. */
export interface Source {
  readonly path: string;
  readonly reader: IndexedReader;
  /** Whether it was cut off, or is still being written: it reads up to its last whole chunk. */
  readonly isCut: boolean;
  close(): Promise<void>;
}

/**
 * Opens an MCAP file of any tool. One without an index at its end, because its writer was killed, is looked through.
 *
 * @throws {EshmError} ESHM_UNSUPPORTED for one that cannot be read, ESHM_CORRUPT for what is no MCAP
 */
export async function openSource(mcap: Mcap, path: string): Promise<Source> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (cause) {
    throw unreadable(path, cause as NodeJS.ErrnoException);
  }
  try {
    return await readSource(mcap, path, handle);
  } catch (error) {
    await handle.close();
    const { code, syscall } = error as NodeJS.ErrnoException;
    throw code !== undefined && syscall !== undefined ? unreadable(path, error as Error) : error;
  }
}

async function readSource(mcap: Mcap, path: string, handle: FileHandle): Promise<Source> {
  const file = new FileBytes(handle);
  const start = await file.read(0n, BigInt(MAGIC.length));
  if (!MAGIC.equals(start)) {
    const found = start.length === 0 ? 'it is empty' : 'it begins with other bytes';
    throw corrupt(path, `${found}, expected an MCAP file`);
  }
  const close = () => handle.close();
  const isCut = !(await hasEnd(file));
  try {
    const readable = isCut ? await lookThrough(mcap, file) : file;
    const reader = await mcap.McapIndexedReader.Initialize({ readable, decompressHandlers: DECOMPRESS });
    return { path, reader, isCut, close };
  } catch (cause) {
    if (cause instanceof EshmError) throw cause;
    throw corrupt(path, (cause as Error).message, cause);
  }
}

/** Bytes of a footer and of the magic behind it. */
const FOOTER_SIZE = 29;

/** Whether the file ends as one that was finished, with an index. */
async function hasEnd(file: FileBytes): Promise<boolean> {
  const size = await file.size();
  const length = BigInt(FOOTER_SIZE + MAGIC.length);
  if (size < length) return false;
  const end = Buffer.from(await file.read(size - length, length));
  return MAGIC.equals(end.subarray(FOOTER_SIZE)) && end[0] === 2 && end.readBigUInt64LE(9) !== 0n;
}

/** A file's bytes. One that goes on growing has the size that it had when it was opened. */
class FileBytes implements Readable {
  readonly #handle: FileHandle;
  #size: bigint | undefined;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async size(): Promise<bigint> {
    this.#size ??= BigInt((await this.#handle.stat()).size);
    return this.#size;
  }

  /** Less than was asked for where the file ends before. */
  async read(offset: bigint, length: bigint): Promise<Buffer> {
    const left = (await this.size()) - offset;
    const wanted = Number(length < left ? length : left > 0n ? left : 0n);
    const bytes = Buffer.allocUnsafe(wanted);
    let done = 0;
    while (done < wanted) {
      const { bytesRead } = await this.#handle.read(bytes, done, wanted - done, Number(offset) + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return bytes.subarray(0, done);
  }
}

/** The error for a file in which something else stands than should. */
export function corrupt(path: string, why: string, cause?: unknown): EshmError {
  return new EshmError('ESHM_CORRUPT', `Cannot read recording ${path}: ${why}`, { cause });
}

function unreadable(path: string, cause: NodeJS.ErrnoException): EshmError {
  const why: Record<string, string> = { ENOENT: 'there is no such file', EISDIR: 'it is a folder' };
  const said = why[cause.code ?? ''] ?? cause.message;
  return new EshmError('ESHM_UNSUPPORTED', `Cannot read recording ${path}: ${said} (${cause.code})`, {
    cause,
  });
}
