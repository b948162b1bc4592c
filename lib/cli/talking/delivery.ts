import { type Eshm, EshmError } from '../../index.js';
import { Pause } from './pause.js';
import { isSuccessor, type Reader, readerOf } from './reader.js';

/** Limits of an awaited delivery. */
export interface DeliverOptions {
  /** Give up after this many ms; `Infinity` for no limit. */
  readonly timeoutMs: number;
  /** Write again when it was not read within this many ms, for readers that forget what came between two reads. */
  readonly resendMs?: number | undefined;
}

/** Time between two looks at who the reader is, in ms. */
const WATCH_INTERVAL_MS = 5;

/**
 * Sends `data` and waits until the other side has read it. Does not block the event loop.
 *
 * `endpoint.send()` alone knows counts, not readers. A reader takes what is in the slot at its start for read, so a
 * message that was sent before it came, or to one that left, is sent to it anew here: by who it is and not by `resendMs`,
 * because a slow reader may get that twice.
 *
 * @throws {EshmError} ESHM_TIMEOUT, and what `send` throws
 */
export async function deliver(
  endpoint: Eshm,
  data: Uint8Array,
  { timeoutMs, resendMs }: DeliverOptions,
): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  const resend = resendMs === undefined ? {} : { resendMs };
  for (;;) {
    const reader = await readyReader(endpoint, deadlineMs);
    if (reader === undefined) {
      throw new EshmError(
        'ESHM_TIMEOUT',
        `Cannot send to '${endpoint.name}': nobody was there to read it within ${timeoutMs} ms`,
      );
    }
    const successor = new AbortController();
    let seen = reader;
    const watch = setInterval(() => {
      const now = readerOf(endpoint);
      // By the look before, and not by the first: a process that starts to count anew soon has more beats than that.
      if (isSuccessor(now, seen)) successor.abort();
      seen = now;
    }, WATCH_INTERVAL_MS);
    try {
      const leftMs = Math.max(0, Math.ceil(deadlineMs - performance.now()));
      await endpoint.send(data, { ...resend, timeoutMs: leftMs, signal: successor.signal });
      return;
    } catch (error) {
      if (wasRead(endpoint, reader)) return;
      if (!successor.signal.aborted && !isReplaced(endpoint, error)) throw error;
    } finally {
      clearInterval(watch);
    }
  }
}

/** Waits until what was written last has been read, or nobody is there to read it, or the time is up. */
export async function linger(endpoint: Eshm, timeoutMs: number): Promise<void> {
  const { reads } = readerOf(endpoint);
  const pause = new Pause();
  while (pause.silentMs < timeoutMs) {
    const now = readerOf(endpoint);
    if (!now.ready || now.reads !== reads || now.reads >= now.writes) return;
    await pause.rest();
  }
}

/** Waits for a reader, `undefined` at the deadline. Of a slave that has given up, `send` tells what is wrong. */
async function readyReader(endpoint: Eshm, deadlineMs: number): Promise<Reader | undefined> {
  const pause = new Pause();
  for (;;) {
    const reader = readerOf(endpoint);
    if (reader.ready || endpoint.state === 'disconnected') return reader;
    if (performance.now() >= deadlineMs) return undefined;
    await pause.rest();
  }
}

/** Whether the message sent while `before` was there has been read; a slave's new master may have other counts. */
function wasRead(endpoint: Eshm, before: Reader): boolean {
  return endpoint.role === 'master' && readerOf(endpoint).reads > before.reads;
}

/** Whether a slave's send failed because it has another master now. */
function isReplaced(endpoint: Eshm, error: unknown): boolean {
  return (
    error instanceof EshmError && error.code === 'ESHM_MASTER_STALE' && endpoint.state !== 'disconnected'
  );
}
