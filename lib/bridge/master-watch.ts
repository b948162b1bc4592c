import { Segment } from '../../syscalls/index.js';
import { Header } from '../header/index.js';

/** The size of a header: less is no segment of a channel. */
const HEADER_SIZE = 128;

/** A heart that was seen to beat is believed for this long at least, in ms: two looks, and a busy machine. */
const LEAST_PATIENCE_MS = 100;

/**
 * Sees whether a master lives under a key without joining its channel: its heartbeat moves between two looks.
 *
 * Belongs to the thread that looks; nothing stays attached between two looks.
 */
export class MasterWatch {
  readonly #key: number;
  #last: { readonly id: number; readonly beat: bigint } | undefined;
  #lives = false;
  #movedMs = 0;
  /** `masterGeneration` of the master that was seen last; 0 before the first. */
  generation = 0;
  /** The stale threshold of its segment, in ms. */
  staleThresholdMs = 0;

  constructor(key: number) {
    this.#key = key;
  }

  /** Looks once. A master that was not known to live is seen at the second look. */
  look(): boolean {
    this.#lives = this.#judge(performance.now());
    return this.#lives;
  }

  /** Begins anew, with what is known from elsewhere. */
  restart(lives: boolean): void {
    this.#last = undefined;
    this.#lives = lives;
    this.#movedMs = performance.now();
  }

  #judge(nowMs: number): boolean {
    let segment: Segment;
    try {
      segment = Segment.attach(Segment.find(this.#key));
    } catch {
      // Not there, or not ours to look at: who tries to join it says why.
      this.#last = undefined;
      return false;
    }
    try {
      if (segment.size < HEADER_SIZE) return false;
      const header = new Header(segment.bytes);
      if (header.fault() !== undefined || !header.flagged('master')) return false;
      return this.#judgeBeat(nowMs, segment.id, header);
    } finally {
      segment.detach();
    }
  }

  #judgeBeat(nowMs: number, id: number, header: Header): boolean {
    const last = this.#last;
    const beat = header.heartbeat('master');
    this.#last = { id, beat };
    if (last !== undefined && last.id !== id) return false;
    if (last === undefined || last.beat === beat) {
      const patienceMs = Math.max(LEAST_PATIENCE_MS, header.staleThresholdMs);
      return this.#lives && nowMs - this.#movedMs <= patienceMs;
    }
    this.#movedMs = nowMs;
    this.generation = header.generation;
    this.staleThresholdMs = header.staleThresholdMs;
    return true;
  }
}
