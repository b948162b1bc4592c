import { formatKey, isGone, Segment, SyscallError } from '../../syscalls/index.js';
import { nativeFfi } from '../../syscalls/native.js';
import type { ChannelName } from './channel-name.js';
import type { Shm, Store, StoreStat } from './store.js';
import { MappedWords } from './words.js';

/** A System V segment that is attached to this process. */
export class MappedStore implements Store {
  readonly kind = 'system-v';
  readonly file = undefined;
  readonly words: MappedWords;
  readonly #segment: Segment;

  /** @param segment - attached; it is this one's from now on */
  constructor(segment: Segment) {
    this.#segment = segment;
    this.words = new MappedWords(segment.bytes);
  }

  /** Attaches the segment with this id once more, at an address of its own; `undefined` where that cannot be had. */
  static tryAttach(id: number): MappedStore | undefined {
    try {
      return new MappedStore(Segment.attach(id));
    } catch {
      return undefined;
    }
  }

  get id(): number {
    return this.#segment.id;
  }

  get size(): number {
    return this.#segment.size;
  }

  get bytes(): Buffer {
    return this.#segment.bytes;
  }

  get address(): number {
    return this.#segment.address;
  }

  stat(): StoreStat {
    const { attachments, ...rest } = this.#segment.stat();
    return { ...rest, users: attachments };
  }

  remove(): void {
    this.#segment.remove();
  }

  replace(other: Store): MappedStore | undefined {
    // At a second address.
    const old = MappedStore.tryAttach(this.id);
    try {
      this.#segment.replace(other.id);
    } catch (error) {
      old?.detach();
      throw error;
    }
    return old;
  }

  entomb(): void {
    this.#segment.entomb();
  }

  detach(): void {
    this.#segment.detach();
  }
}

/** Segments under System V keys. */
export const systemV: Shm = {
  kind: 'system-v',

  unsupported() {
    try {
      nativeFfi();
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  },

  find({ key }) {
    try {
      return Segment.find(key);
    } catch (error) {
      if (error instanceof SyscallError && error.code === 'ENOENT') return undefined;
      throw error;
    }
  },

  attach: ({ key }) => new MappedStore(Segment.attach(Segment.find(key))),

  tryAttach(name) {
    try {
      return this.attach(name);
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  },

  tryAttachToRead({ key }) {
    try {
      return new MappedStore(Segment.attachToRead(Segment.find(key)));
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  },

  create({ key }, size, mode, fill) {
    const segment = tryCreate(key, size, mode);
    if (segment === undefined) return undefined;
    let isOurs = false;
    const store = new MappedStore(segment);
    try {
      // Another master may have taken our unfinished segment for an abandoned one and removed it, or be about to.
      isOurs = fill(store) && this.find({ key } as ChannelName) === store.id;
      return isOurs ? store : undefined;
    } finally {
      if (!isOurs) {
        segment.remove();
        segment.detach();
      }
    }
  },

  placeOf: ({ key }) => `the segment under key ${formatKey(key)}`,
};

function tryCreate(key: number, size: number, mode: number): Segment | undefined {
  try {
    return Segment.create(key, size, mode);
  } catch (error) {
    const isTaken = error instanceof SyscallError && error.code === 'EEXIST';
    // Another master removed it before it was attached here.
    const wasRemoved = error instanceof SyscallError && error.syscall === 'shmat' && isGone(error);
    if (isTaken || wasRemoved) return undefined;
    throw error;
  }
}
