import type { Bench } from './bench.js';
import type { Driver } from './driver.js';

/**
 * The host of a virtual machine may move its cores about: two of them may share a physical core or a cache in one
 * second and lie far apart in the next. Seen on AMD EPYC under Firecracker, 2026-11: a bare cache line goes there and
 * back in 58 or in 315 ns, for seconds at a time, and every round trip with it (native 0.14 or 1.0 µs). Medians over
 * such a mixture say nothing, so spinning rounds are taken while the cores are apart, as they were for the figures of
 * PROTOCOL.md section 10 (290 ns), and taken again when they were not.
 */
export class CoreDistance {
  /** Rounds that count, by how far the cores were apart. */
  readonly rounds = { apart: 0, close: 0 };
  readonly #ping: Driver;
  readonly #echo: Driver;
  /** Whether the cores were ever apart, and until when that is waited for where they never were. */
  #wasApart = false;
  #hopeUntilMs: number | undefined;

  private constructor(ping: Driver, echo: Driver) {
    this.#ping = ping;
    this.#echo = echo;
  }

  /** Starts the two processes of the probe, on the cores of the round trips. */
  static async start(bench: Bench): Promise<CoreDistance> {
    const [ping, echo] = [bench.native(bench.cores?.[0]), bench.native(bench.cores?.[1])];
    const name = bench.name();
    await ping.command(`attach ${name}`);
    await echo.command(`attach ${name}`);
    return new CoreDistance(ping, echo);
  }

  /**
   * Runs `round` until the cores were apart before and after it; from `deadlineMs` on, once and however they are. So too
   * on a machine whose cores are close together for good: it has none to wait for.
   *
   * @returns what `round` gave, and whether the cores were apart
   */
  async whileApart<T>(round: () => Promise<T>, deadlineMs: number): Promise<{ result: T; apart: boolean }> {
    this.#hopeUntilMs ??= performance.now() + HOPE_MS;
    for (;;) {
      const result = (await this.#apart()) ? await round() : undefined;
      if (result !== undefined && (await this.#apart())) return { result, apart: true };
      const untilMs = this.#wasApart ? deadlineMs : Math.min(deadlineMs, this.#hopeUntilMs);
      if (performance.now() < untilMs) continue;
      return { result: result ?? (await round()), apart: false };
    }
  }

  async stop(): Promise<void> {
    await this.#echo.quit();
    await this.#ping.quit();
  }

  async #apart(): Promise<boolean> {
    const isApart = (await this.#floorNs()) >= CLOSE_BELOW_NS;
    this.#wasApart ||= isApart;
    return isApart;
  }

  /** The bare round trip of a cache line, now: of some batches the one at the lower quartile. */
  async #floorNs(): Promise<number> {
    const [batches] = await Promise.all([
      this.#ping.figures(`floor-ping ${PROBE_TRIPS} ${PROBE_BATCHES}`),
      this.#echo.command(`floor-echo ${PROBE_TRIPS * PROBE_BATCHES}`),
    ]);
    return batches.sort((a, b) => a - b)[PROBE_BATCHES >> 2]!;
  }
}

/** Half of the floor of PROTOCOL.md section 10. */
const CLOSE_BELOW_NS = 145;

/** How long a run hopes for cores that are apart before it has ever seen them so, in ms. */
const HOPE_MS = 3000;

const PROBE_TRIPS = 200;
const PROBE_BATCHES = 16;
