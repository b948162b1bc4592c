import type { Eshm } from '../../index.js';

/** Who reads what an endpoint writes, and how far it has come: one look. */
export interface Reader {
  /** Whether it is flagged and beats, and so has begun: what is written from then on, it sees. */
  readonly ready: boolean;
  /** Messages read from this end. */
  readonly reads: bigint;
  /** Messages written at this end. */
  readonly writes: bigint;
  /** Changes when another process takes the reader's place. */
  readonly identity: string;
  readonly beats: bigint;
}

/** The reader of what `endpoint` writes, as it is now. */
export function readerOf(endpoint: Eshm): Reader {
  // Life before the counts: of one that reads and leaves in between, the counts tell.
  const alive = endpoint.remoteAlive;
  const stats = endpoint.stats();
  const [identity, beats, reads, writes] =
    endpoint.role === 'master'
      ? [`${stats.slavePid}`, stats.slaveHeartbeat, stats.m2sReadCount, stats.m2sWriteCount]
      : [
          `${stats.masterPid} ${stats.masterGeneration}`,
          stats.masterHeartbeat,
          stats.s2mReadCount,
          stats.s2mWriteCount,
        ];
  // A start sets the heartbeat to 0, which moves it; it takes its place in the channel before the first beat.
  return { ready: alive && beats > 0n, reads, writes, identity, beats };
}

/** Whether `now` is another reader than `before`, or the same process id started again (in a container). */
export function isSuccessor(now: Reader, before: Reader): boolean {
  return now.identity !== before.identity || now.beats < before.beats;
}
