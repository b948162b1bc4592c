import { closeSync, fdatasync, ftruncate, openSync, write } from 'node:fs';
import { promisify } from 'node:util';
import zlib from 'node:zlib';

const writeAt = promisify(write);
const truncate = promisify(ftruncate);
const sync = promisify(fdatasync);

/** A file that grows at its end, and knows how much of it is whole. Belongs to one writer. */
export class OutFile {
  readonly #fd: number;
  /** Bytes that were written in whole. */
  size = 0;
  /** Their CRC. */
  crc = 0;

  /** @throws what `open` throws: EEXIST for a file that is there, unless it may be overwritten */
  constructor(path: string, overwrite: boolean) {
    this.#fd = openSync(path, overwrite ? 'w' : 'wx', 0o666);
  }

  /** Writes behind what is whole; what fails half way is written over by the next. @throws what `write` throws */
  async append(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await writeAt(this.#fd, bytes, done, bytes.length - done, this.size + done);
      done += bytesWritten;
    }
    this.size += bytes.length;
    this.crc = zlib.crc32(bytes, this.crc);
  }

  /** Takes away what is behind the last whole part. */
  cutToWhole(): Promise<void> {
    return truncate(this.#fd, this.size);
  }

  /** Waits for the disk; not everything that can be written to has one. */
  async sync(): Promise<void> {
    await sync(this.#fd).catch(() => {});
  }

  close(): void {
    closeSync(this.#fd);
  }
}
