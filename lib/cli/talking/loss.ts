import { PROTOCOL_DEFAULTS } from '../../../layout/index.js';
import type { Eshm } from '../../index.js';

/**
 * How long a command waits for another in the place of one that was lost, in ms; `undefined` where `timeoutMs` is over
 * before, or where there is no limit.
 *
 * @param waitMs - `--reconnect-wait`; 0 is no limit
 */
export function lossLimitMs(
  waitMs: number = PROTOCOL_DEFAULTS.reconnectWaitMs,
  timeoutMs: number = Number.POSITIVE_INFINITY,
): number | undefined {
  return waitMs === 0 || timeoutMs <= waitMs ? undefined : waitMs;
}

/**
 * Tells a master when its slave, which was there, has died for good: it has been stale for as long as a slave looks for a
 * new master. A slave's endpoint tells that of its master by itself.
 *
 * Belongs to the endpoint's thread.
 */
export class SlaveLoss {
  readonly waitMs: number;
  readonly #endpoint: Eshm;
  #staleSinceMs: number | undefined;

  /** @param waitMs - how long another slave may take to come; 0 is no limit */
  constructor(endpoint: Eshm, waitMs: number = PROTOCOL_DEFAULTS.reconnectWaitMs) {
    this.waitMs = waitMs;
    this.#endpoint = endpoint;
  }

  /** Takes a look; whether it has died and none has come in its place. */
  look(): boolean {
    const { role, state } = this.#endpoint;
    if (role === 'slave' || state !== 'stale' || this.waitMs === 0) {
      this.#staleSinceMs = undefined;
      return false;
    }
    const nowMs = performance.now();
    this.#staleSinceMs ??= nowMs;
    return nowMs - this.#staleSinceMs >= this.waitMs;
  }
}
