import { type Eshm, EshmError } from '../index.js';
import { Pause } from './pause.js';

/** Limits of an awaited delivery. */
export interface DeliveryOptions {
  /** Give up after this many ms; `Infinity` for no limit. */
  readonly timeoutMs: number;
  /** Write again when it was not read within this many ms, for readers that forget what came between two reads. */
  readonly resendMs?: number | undefined;
}

/**
 * Writes `data` and waits until the other side has read it. A reader that starts anew meanwhile is given it again.
 * Does not block the event loop.
 *
 * @throws {EshmError} ESHM_TIMEOUT, and what `write` throws
 */
export async function deliver(
  endpoint: Eshm,
  data: Uint8Array,
  { timeoutMs, resendMs = Number.POSITIVE_INFINITY }: DeliveryOptions,
): Promise<void> {
  const pause = new Pause();
  let sent: Reader | undefined;
  let sentAtMs = 0;
  for (;;) {
    const now = readerOf(endpoint);
    const sameReader = sent !== undefined && now.identity === sent.identity;
    // Also when it has left since: it may have come for this one message.
    if (sameReader && now.reads > sent!.reads) return;
    // Nobody is there: what was written would count as read for the next one who comes.
    if (!now.alive) sent = undefined;
    else if (!sameReader || performance.now() - sentAtMs >= resendMs) {
      if (tryWrite(endpoint, data)) {
        sent = now;
        sentAtMs = performance.now();
      }
    }
    if (pause.silentMs >= timeoutMs) {
      throw new EshmError(
        'ESHM_TIMEOUT',
        `Cannot send to '${endpoint.name}': not read within ${timeoutMs} ms; ${now.alive ? 'the other side is alive and does not read' : 'nobody is there to read it'}`,
      );
    }
    await pause.rest();
  }
}

/** Waits until what was written last has been read, or nobody is there to read it, or the time is up. */
export async function linger(endpoint: Eshm, timeoutMs: number): Promise<void> {
  const { reads } = readerOf(endpoint);
  const pause = new Pause();
  while (pause.silentMs < timeoutMs) {
    const now = readerOf(endpoint);
    if (!now.alive || now.reads !== reads || now.reads >= now.writes) return;
    await pause.rest();
  }
}

/** Who reads what this endpoint writes, and how far. */
interface Reader {
  /** Changes when another process takes the reader's place. */
  readonly identity: string;
  readonly alive: boolean;
  readonly reads: bigint;
  readonly writes: bigint;
}

function readerOf(endpoint: Eshm): Reader {
  const stats = endpoint.stats();
  const alive = endpoint.remoteAlive;
  return endpoint.role === 'master'
    ? { identity: `${stats.slavePid}`, alive, reads: stats.m2sReadCount, writes: stats.m2sWriteCount }
    : {
        identity: `${stats.masterPid} ${stats.masterGeneration}`,
        alive,
        reads: stats.s2mReadCount,
        writes: stats.s2mWriteCount,
      };
}

/** Writes, unless a new master is being looked for. */
function tryWrite(endpoint: Eshm, data: Uint8Array): boolean {
  try {
    endpoint.write(data);
    return true;
  } catch (error) {
    if (error instanceof EshmError && error.code === 'ESHM_TIMEOUT') return false;
    throw error;
  }
}
