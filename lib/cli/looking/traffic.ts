import type { Channel } from './inspect.js';

/** Events per second in a segment between two looks. */
export interface Rates {
  readonly masterBeats: number;
  readonly slaveBeats: number;
  readonly m2sWrites: number;
  readonly m2sReads: number;
  readonly s2mWrites: number;
  readonly s2mReads: number;
}

/** The counters of one look. */
interface Sample {
  readonly atMs: number;
  readonly counts: Record<keyof Rates, bigint>;
}

/**
 * Turns looks at one segment into rates. A counter that runs backwards was started anew: it counts from 0 then.
 */
export class Traffic {
  #last: Sample | undefined;

  /** Takes a look; `undefined` at the first one. */
  take(channel: Channel, atMs = performance.now()): Rates | undefined {
    const before = this.#last;
    const counts = countsOf(channel);
    this.#last = { atMs, counts };
    if (before === undefined) return undefined;
    const seconds = Math.max(atMs - before.atMs, 1) / 1000;
    const rate = (field: keyof Rates) => {
      const [from, to] = [before.counts[field], counts[field]];
      return Number(to >= from ? to - from : to) / seconds;
    };
    return {
      masterBeats: rate('masterBeats'),
      slaveBeats: rate('slaveBeats'),
      m2sWrites: rate('m2sWrites'),
      m2sReads: rate('m2sReads'),
      s2mWrites: rate('s2mWrites'),
      s2mReads: rate('s2mReads'),
    };
  }
}

function countsOf({
  content: { header, masterToSlave, slaveToMaster },
}: Channel): Record<keyof Rates, bigint> {
  return {
    masterBeats: header.masterHeartbeat,
    slaveBeats: header.slaveHeartbeat,
    m2sWrites: masterToSlave.writeCount,
    m2sReads: masterToSlave.readCount,
    s2mWrites: slaveToMaster.writeCount,
    s2mReads: slaveToMaster.readCount,
  };
}

/** Messages written and not read in one direction: overwritten ones, and at most one that still waits. */
export function notReadIn({ writeCount, readCount }: Channel['content']['masterToSlave']): bigint {
  return writeCount > readCount ? writeCount - readCount : 0n;
}

/** As {@link notReadIn}, over both channels. */
export function notRead({ content: { masterToSlave, slaveToMaster } }: Channel): bigint {
  return notReadIn(masterToSlave) + notReadIn(slaveToMaster);
}
