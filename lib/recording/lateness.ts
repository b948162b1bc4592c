import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** How late messages were, in ms. */
export interface Lateness {
  /** Half of them were no later. */
  readonly p50: number;
  /** 99 of 100 were no later. */
  readonly p99: number;
  /** The latest. */
  readonly max: number;
}

/** A message that is written no later than this behind its time is in time, in ms. */
export const IN_TIME_MS = 0.5;

/** Counts how late messages are. Belongs to one replay. */
export class LateMeter {
  readonly #histogram: RecordableHistogram = createHistogram();
  /** Messages that came later than {@link IN_TIME_MS}. */
  late = 0;

  /** Takes note of a message that was written `ms` behind its time. */
  note(ms: number): void {
    if (ms > IN_TIME_MS) this.late += 1;
    this.#histogram.record(Math.max(1, Math.round(ms * 1e6)));
  }

  /** The figures; `undefined` before the first message. */
  get lateness(): Lateness | undefined {
    const { count, max } = this.#histogram;
    if (count === 0) return undefined;
    const at = (percentile: number) => this.#histogram.percentile(percentile) / 1e6;
    return { p50: at(50), p99: at(99), max: max / 1e6 };
  }
}
