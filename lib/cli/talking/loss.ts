import { PROTOCOL_DEFAULTS } from '../../../layout/index.js';
import type { Eshm } from '../../index.js';

/**
 * Tells a master when its slave, which was there, has died for good: it has been stale for as long as a slave looks for a
 * new master. A slave's endpoint tells that of its master by itself. One that has come and not beaten yet is not stale for
 * its master, so it is given the threshold besides: it may have been killed before its first beat.
 *
 * Belongs to the endpoint's thread.
 */
export class SlaveLoss {
  readonly waitMs: number;
  readonly #endpoint: Eshm;
  #lostSinceMs: number | undefined;

  /** @param waitMs - how long another slave may take to come; 0 is no limit */
  constructor(endpoint: Eshm, waitMs: number = PROTOCOL_DEFAULTS.reconnectWaitMs) {
    this.waitMs = waitMs;
    this.#endpoint = endpoint;
  }

  /** Takes a look; whether it has died and none has come in its place. */
  look(): boolean {
    const graceMs = this.#graceMs();
    if (graceMs === undefined) {
      this.#lostSinceMs = undefined;
      return false;
    }
    const nowMs = performance.now();
    this.#lostSinceMs ??= nowMs;
    return nowMs - this.#lostSinceMs >= graceMs;
  }

  /** How long a slave that seems to be lost may stay so; `undefined` while none is. */
  #graceMs(): number | undefined {
    const { role, state } = this.#endpoint;
    if (role === 'slave' || this.waitMs === 0) return undefined;
    if (state === 'stale') return this.waitMs;
    const { slaveAlive, slaveHeartbeat, staleThreshold } = this.#endpoint.stats();
    return slaveAlive && slaveHeartbeat === 0n ? this.waitMs + staleThreshold : undefined;
  }
}
