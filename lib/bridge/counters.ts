/** What went through one bridged channel. */
export interface BridgeStats {
  /** The channel's name. */
  readonly name: string;
  /** Which end this is. */
  readonly end: 'near' | 'far';
  /** What it is doing. */
  readonly state: string;
  /** Messages that were taken from the channel here and confirmed by the other end (sent, where nobody confirms). */
  readonly sent: number;
  /** Messages that were sent and never confirmed. */
  readonly unconfirmed: number;
  /** Messages that came from the other end and were written here. */
  readonly received: number;
  /** Messages that were overwritten or lost on the whole way before one that was written here. */
  readonly missed: number;
  /** Messages of the net that could not be taken: too large, a wrong header, not of the other end. */
  readonly dropped: number;
  /** Messages that came again, or behind a later one, and were not written again. */
  readonly repeated: number;
  /** Time from sending to confirmation of the last 512 messages, in ms; `undefined` before the first. */
  readonly roundTripMs: RoundTrips | undefined;
}

/** Times from sending to confirmation, in ms. */
export interface RoundTrips {
  /** Half of them took no longer. */
  readonly p50: number;
  /** 99 of 100 took no longer. */
  readonly p99: number;
  /** The longest. */
  readonly max: number;
}

/** Round trips that are remembered. */
const REMEMBERED = 512;

/** The counters of one bridged channel. Belongs to its thread. */
export class Counters {
  sent = 0;
  unconfirmed = 0;
  received = 0;
  missed = 0;
  dropped = 0;
  repeated = 0;
  readonly #tripsMs = new Float64Array(REMEMBERED);
  #trips = 0;

  /** Takes note of one round trip. */
  trip(ms: number): void {
    this.#tripsMs[this.#trips++ % REMEMBERED] = ms;
  }

  /** The last round trips, in ms. */
  get roundTripMs(): BridgeStats['roundTripMs'] {
    const known = Math.min(this.#trips, REMEMBERED);
    if (known === 0) return undefined;
    const sorted = this.#tripsMs.slice(0, known).sort();
    const at = (part: number) => sorted[Math.min(known - 1, Math.floor(part * known))]!;
    return { p50: at(0.5), p99: at(0.99), max: sorted[known - 1]! };
  }
}
