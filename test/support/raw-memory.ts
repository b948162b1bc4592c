import { closeSync, fstatSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { deriveKey } from '../../layout/index.js';
import { isGone, Segment } from '../../syscalls/index.js';
import { fileOf } from './channels.js';

/** In which kind of memory something lies. */
export type ShmPlace = 'system-v' | 'posix';

/** What lies under a name in one kind of memory, read and written past the library. */
export interface RawMemory extends Disposable {
  readonly size: number;
  /** A copy of the bytes from offset `at` on. */
  read(at: number, length: number): Buffer;
  write(at: number, bytes: Uint8Array): void;
  /** Lets go of it. */
  [Symbol.dispose](): void;
}

/** Opens it; `undefined` where nothing lies under that name. */
export function openRaw(name: string, place: ShmPlace): RawMemory | undefined {
  return place === 'posix' ? openFile(name) : attachSegment(name);
}

/** A copy of all that lies under the name; `undefined` where nothing does. */
export function rawImage(name: string, place: ShmPlace): Buffer | undefined {
  using memory = openRaw(name, place);
  return memory?.read(0, memory.size);
}

/** Takes away what lies under the name, whoever uses it. */
export function removeRaw(name: string, place: ShmPlace): void {
  if (place === 'posix') {
    rmSync(fileOf(name), { force: true });
    return;
  }
  try {
    Segment.remove(Segment.find(deriveKey(name)));
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/**
 * Adds 1 to a little-endian word of four or eight bytes, byte by byte where others might see a state on the way.
 *
 * @param first - which byte is changed first: the lowest one of a count, the highest one of a sequence
 */
export function addOne(memory: RawMemory, at: number, length: 4 | 8, first: 'lowest' | 'highest'): void {
  const before = memory.read(at, length);
  const after = Buffer.from(before);
  for (let i = 0; i < length; i++) {
    after[i] = (before[i]! + 1) & 255;
    if (after[i] !== 0) break;
  }
  const order = [...after.keys()].filter((i) => after[i] !== before[i]);
  for (const i of first === 'lowest' ? order : order.reverse())
    memory.write(at + i, after.subarray(i, i + 1));
}

function attachSegment(name: string): RawMemory | undefined {
  let segment: Segment;
  try {
    segment = Segment.attach(Segment.find(deriveKey(name)));
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
  return {
    size: segment.size,
    read: (at, length) => Buffer.from(segment.bytes.subarray(at, at + length)),
    write: (at, bytes) => segment.bytes.set(bytes, at),
    [Symbol.dispose]: () => segment.detach(),
  };
}

function openFile(name: string): RawMemory | undefined {
  let fd: number;
  try {
    fd = openSync(fileOf(name), 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return {
    size: fstatSync(fd).size,
    read(at, length) {
      const bytes = Buffer.alloc(length);
      readSync(fd, bytes, 0, length, at);
      return bytes;
    },
    write(at, bytes) {
      writeSync(fd, bytes, 0, bytes.length, at);
    },
    [Symbol.dispose]: () => closeSync(fd),
  };
}
