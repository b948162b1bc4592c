import type { Header, Role } from '../header/index.js';

/** Those of this thread that are not over. */
const all = new Set<Retirement>();

/**
 * How an endpoint that has given up, but is still mapped, finds out that another has started in its role, even one with
 * the same mark: what is written from then on is for that one.
 *
 * Belongs to the endpoint's thread.
 */
export class Retirement {
  readonly #role: Role;
  readonly #segmentId: number;
  readonly #header: Header;
  readonly #beat: bigint | undefined;
  #hasHeir = false;

  /**
   * @param header - of the segment with the id `segmentId`, with the flag of `role` down
   * @param beat - the heartbeat as it was left; `undefined` where a late beat or flag may still come
   */
  constructor(role: Role, segmentId: number, header: Header, beat: bigint | undefined) {
    this.#role = role;
    this.#segmentId = segmentId;
    this.#header = header;
    this.#beat = beat === undefined ? undefined : BigInt.asUintN(64, beat);
    all.add(this);
  }

  /** Tells those that have retired from `role` in the segment that one of this thread has started in it. */
  static tell(role: Role, segmentId: number): void {
    for (const one of all) if (one.#role === role && one.#segmentId === segmentId) one.#hasHeir = true;
  }

  /** Whether another has started: it raised the flag, and set the heartbeat to 0. */
  get hasHeir(): boolean {
    if (!this.#hasHeir && this.#beat !== undefined) {
      this.#hasHeir = this.#header.flagged(this.#role) || this.#header.heartbeat(this.#role) !== this.#beat;
    }
    return this.#hasHeir;
  }

  /** The endpoint is about to be unmapped. */
  end(): void {
    all.delete(this);
  }
}
