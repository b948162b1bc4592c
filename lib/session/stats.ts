import type { Link } from './link.js';

/** A look at both ends of the channel: the C API's `ESHMStats` in camelCase, and what only this endpoint knows. */
export interface EshmStats {
  /** Beats of the master since it started; one a millisecond. */
  readonly masterHeartbeat: bigint;
  /** Beats of the slave since it started. */
  readonly slaveHeartbeat: bigint;
  /** Process id of the last master to start, as seen from its own pid namespace. */
  readonly masterPid: number;
  /** Process id of the last slave to start. */
  readonly slavePid: number;
  /** The master's flag, which stays set when it is killed; `remoteAlive` tells life. */
  readonly masterAlive: boolean;
  /** The slave's flag, which stays set when it is killed. */
  readonly slaveAlive: boolean;
  /** The segment's stale threshold in ms. */
  readonly staleThreshold: number;
  /** Beats of the master since the last call of `stats()` on this endpoint. */
  readonly masterHeartbeatDelta: bigint;
  /** Beats of the slave since the last call of `stats()` on this endpoint. */
  readonly slaveHeartbeatDelta: bigint;
  /** Messages the master has written. */
  readonly m2sWriteCount: bigint;
  /** Messages the slave has read. */
  readonly m2sReadCount: bigint;
  /** Messages the slave has written. */
  readonly s2mWriteCount: bigint;
  /** Messages the master has read. */
  readonly s2mReadCount: bigint;
  /** Starts of a master in this segment. */
  readonly masterGeneration: number;
  /** Messages that were overwritten before this endpoint read them, in all. */
  readonly missed: number;
  /** Copies this endpoint threw away because the writer was at work meanwhile. */
  readonly retries: number;
  /**
   * Messages that no read of this endpoint could take: ESHM_CORRUPT, told by the event `corrupt`. Those whose size was
   * impossible are among the {@link missed} too, from the next message on.
   */
  readonly corrupt: number;
}

/** Options of {@link Eshm.stats}. */
export interface StatsOptions {
  /**
   * Whether the deltas of the next call begin where those of this one did: for who looks on beside the one that uses
   * them, as `eshm/metrics` does. Not set by default.
   */
  readonly keepDeltas?: boolean | undefined;
}

/** Takes the counters of a link; remembers the heartbeats for the deltas. Belongs to its endpoint's thread. */
export class StatsTaker {
  readonly #session: { readonly link: Link };
  #master: bigint;
  #slave: bigint;
  /** See {@link EshmStats.corrupt}; counted by the endpoint. */
  corrupt = 0;

  constructor(session: { readonly link: Link }) {
    this.#session = session;
    const { link } = session;
    this.#master = link.header.heartbeat('master');
    this.#slave = link.header.heartbeat('slave');
  }

  /** The counters as they stand. */
  take({ keepDeltas = false }: StatsOptions): EshmStats {
    const { link } = this.#session;
    link.pullReads();
    const { header, reader, role, writer } = link;
    const [outgoing, incoming] = [writer.counters(), link.inlet.counters()];
    const [masterToSlave, slaveToMaster] = role === 'master' ? [outgoing, incoming] : [incoming, outgoing];
    const masterHeartbeat = header.heartbeat('master');
    const slaveHeartbeat = header.heartbeat('slave');
    const stats: EshmStats = {
      masterHeartbeat,
      slaveHeartbeat,
      masterPid: header.pid('master'),
      slavePid: header.pid('slave'),
      masterAlive: header.flagged('master'),
      slaveAlive: header.flagged('slave'),
      staleThreshold: header.staleThresholdMs,
      masterHeartbeatDelta: beatsSince(this.#master, masterHeartbeat),
      slaveHeartbeatDelta: beatsSince(this.#slave, slaveHeartbeat),
      m2sWriteCount: masterToSlave.writes,
      m2sReadCount: masterToSlave.reads,
      s2mWriteCount: slaveToMaster.writes,
      s2mReadCount: slaveToMaster.reads,
      masterGeneration: header.generation,
      missed: reader.totalMissed,
      retries: reader.retries,
      corrupt: this.corrupt,
    };
    if (!keepDeltas) {
      this.#master = masterHeartbeat;
      this.#slave = slaveHeartbeat;
    }
    return stats;
  }
}

/** A heart that was started anew counts from 0. */
function beatsSince(last: bigint, now: bigint): bigint {
  return now >= last ? now - last : now;
}
