import { layoutFor } from '../../../layout/index.js';
import { isUnreadable, readObject, type ShmStat } from './objects.js';

/** One that claims a longer threshold is not waited for any longer than this, in ms. */
const LONGEST_WATCH_MS = 2000;
/** A threshold below this says nothing on a busy machine, in ms. */
const SHORTEST_WATCH_MS = 100;

const { header: at, headerSize } = layoutFor();

/** The heartbeats of a segment at one look. */
interface Beats {
  readonly master: { readonly beat: bigint; readonly flagged: boolean };
  readonly slave: { readonly beat: bigint; readonly flagged: boolean };
  readonly thresholdMs: number;
}

/** The heartbeats of one segment or file over some looks, read-only. */
export class HeartWatch {
  readonly #stat: ShmStat;
  readonly #first: Beats;
  #last: Beats;
  #gone = false;

  /** @param header - its first bytes, as they were at the first look */
  constructor(stat: ShmStat, header: Uint8Array) {
    this.#stat = stat;
    this.#first = beatsOf(header);
    this.#last = this.#first;
  }

  /** Whether it was gone, or no longer readable, at the last look. */
  get gone(): boolean {
    return this.#gone;
  }

  /** Takes another look. */
  look(): void {
    try {
      const header = readObject(this.#stat, 0, headerSize);
      if (header.length < headerSize) this.#gone = true;
      else this.#last = beatsOf(header);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      this.#gone = true;
    }
  }

  /** Whether a longer watch could show more: a flagged heart has not beaten within its threshold yet. */
  wants(elapsedMs: number): boolean {
    if (this.#gone) return false;
    const patienceMs = Math.min(Math.max(this.#last.thresholdMs, SHORTEST_WATCH_MS), LONGEST_WATCH_MS);
    const silent = (role: 'master' | 'slave') => this.#last[role].flagged && !this.beats(role);
    return elapsedMs < patienceMs && (silent('master') || silent('slave'));
  }

  /** Whether a heart has beaten since the first look. */
  beats(role: 'master' | 'slave'): boolean {
    return this.#first[role].beat !== this.#last[role].beat;
  }
}

function beatsOf(header: Uint8Array): Beats {
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  const side = (beat: number, alive: number) => ({
    beat: view.getBigUint64(beat, true),
    flagged: view.getUint32(alive, true) !== 0,
  });
  return {
    master: side(at.masterHeartbeat, at.masterAlive),
    slave: side(at.slaveHeartbeat, at.slaveAlive),
    thresholdMs: view.getUint32(at.staleThreshold, true),
  };
}
