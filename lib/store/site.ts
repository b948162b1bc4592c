import type { ChannelName } from './channel-name.js';
import type { ShmKind } from './kind.js';
import { posix } from './posix.js';
import type { Shm, Store } from './store.js';
import { systemV } from './system-v.js';

const SHM_OF: Readonly<Record<ShmKind, Shm>> = { 'system-v': systemV, posix };

/** One place in which one channel may be: a name in one kind of memory. */
export class Site {
  readonly name: ChannelName;
  readonly #shm: Shm;

  constructor(name: ChannelName, kind: ShmKind) {
    this.name = name;
    this.#shm = SHM_OF[kind];
  }

  get kind(): ShmKind {
    return this.#shm.kind;
  }

  /** Why this kind of memory cannot be used in this process, or `undefined`. */
  get unsupported(): string | undefined {
    return this.#shm.unsupported();
  }

  /** See {@link Shm.find}. */
  find(): number | undefined {
    return this.#shm.find(this.name);
  }

  /** See {@link Shm.attach}. */
  attach(): Store {
    return this.#shm.attach(this.name);
  }

  /** As {@link attach}; `undefined` where nothing is, or has gone meanwhile. */
  tryAttach(): Store | undefined {
    return this.#shm.tryAttach(this.name);
  }

  /** See {@link Shm.tryAttachToRead}. */
  tryAttachToRead(): Store | undefined {
    return this.#shm.tryAttachToRead(this.name);
  }

  /** See {@link Shm.create}. */
  create(size: number, mode: number, fill: (store: Store) => boolean): Store | undefined {
    return this.#shm.create(this.name, size, mode, fill);
  }

  /** For people: `the segment under key 0x0764801e`, `the file /dev/shm/eshm_robot`. */
  toString(): string {
    return this.#shm.placeOf(this.name);
  }
}
