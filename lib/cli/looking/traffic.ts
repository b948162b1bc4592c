import type { Channel, Side } from './inspect.js';

/** Events per second in a segment between two looks. */
export interface Rates {
  readonly masterBeats: number;
  readonly slaveBeats: number;
  readonly m2sWrites: number;
  readonly m2sReads: number;
  readonly s2mWrites: number;
  readonly s2mReads: number;
  /** Messages overwritten unread, both ways, where somebody reads; `undefined` where nobody does either way. */
  readonly missed: number | undefined;
}

/** The rates that are those of a counter. */
type Counted = Exclude<keyof Rates, 'missed'>;

/** The counters of one look. */
interface Sample {
  readonly atMs: number;
  readonly counts: Record<Counted, bigint>;
}

/**
 * Turns looks at one segment into rates. A counter that runs backwards was started anew: it counts from 0 then.
 */
export class Traffic {
  #last: Sample | undefined;
  readonly #losses = { slave: new Loss(), master: new Loss() };

  /** Takes a look; `undefined` at the first one. */
  take(channel: Channel, atMs = performance.now()): Rates | undefined {
    const before = this.#last;
    const counts = countsOf(channel);
    const { masterToSlave, slaveToMaster } = channel.content;
    const losses = [
      this.#losses.slave.take(channel.slave, masterToSlave),
      this.#losses.master.take(channel.master, slaveToMaster),
    ].filter((lost) => lost !== undefined);
    this.#last = { atMs, counts };
    if (before === undefined) return undefined;
    const seconds = Math.max(atMs - before.atMs, 1) / 1000;
    const rate = (field: Counted) => {
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
      missed: losses.length === 0 ? undefined : losses.reduce((sum, lost) => sum + lost, 0) / seconds,
    };
  }
}

/** What one reader misses, from the look on at which it was first seen. */
class Loss {
  #pid = 0;
  #notReadBefore = 0n;
  #lost = 0n;

  /** Messages lost since the last look; `undefined` where nobody reads. */
  take(reader: Side, counts: Channel['content']['masterToSlave']): number | undefined {
    const notRead = notReadIn(counts);
    const isThere = reader.flagged && reader.beating;
    if (!isThere || reader.pid !== this.#pid || notRead < this.#notReadBefore) {
      this.#pid = isThere ? reader.pid : 0;
      this.#notReadBefore = notRead;
      this.#lost = 0n;
      return isThere ? 0 : undefined;
    }
    // The newest may still wait, and is lost only when another has taken its place.
    const lost = notRead - this.#notReadBefore - 1n;
    const more = lost > this.#lost ? lost - this.#lost : 0n;
    this.#lost += more;
    return Number(more);
  }
}

function countsOf({ content: { header, masterToSlave, slaveToMaster } }: Channel): Record<Counted, bigint> {
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
