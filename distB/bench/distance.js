/**
 * The host of a virtual machine may move its cores about: two of them may share a physical core or a cache in one
 * second and lie far apart in the next. Seen on AMD EPYC under Firecracker, 2026-11: a bare cache line goes there and
 * back in 58 or in 315 ns, for seconds at a time, and every round trip with it (native 0.14 or 1.0 µs). Medians over
 * such a mixture say nothing, so spinning rounds are taken while the cores are apart, as they were for the figures of
 * PROTOCOL.md section 10 (290 ns), and taken again when they were not.
 */
export class CoreDistance {
    /** Rounds that count, by how far the cores were apart. */
    rounds = { apart: 0, close: 0 };
    #ping;
    #echo;
    constructor(ping, echo) {
        this.#ping = ping;
        this.#echo = echo;
    }
    /** Starts the two processes of the probe, on the cores of the round trips. */
    static async start(bench) {
        const [ping, echo] = [bench.native(bench.cores?.[0]), bench.native(bench.cores?.[1])];
        const name = bench.name();
        await ping.command(`attach ${name}`);
        await echo.command(`attach ${name}`);
        return new CoreDistance(ping, echo);
    }
    /**
     * Runs `round` until the cores were apart before and after it; from `deadlineMs` on, once and however they are.
     *
     * @returns what `round` gave, and whether the cores were apart
     */
    async whileApart(round, deadlineMs) {
        for (;;) {
            const result = (await this.#apart()) ? await round() : undefined;
            if (result !== undefined && (await this.#apart()))
                return { result, apart: true };
            if (performance.now() < deadlineMs)
                continue;
            return { result: result ?? (await round()), apart: false };
        }
    }
    async stop() {
        await this.#echo.quit();
        await this.#ping.quit();
    }
    async #apart() {
        return (await this.#floorNs()) >= CLOSE_BELOW_NS;
    }
    /** The bare round trip of a cache line, now: of some batches the one at the lower quartile. */
    async #floorNs() {
        const [batches] = await Promise.all([
            this.#ping.figures(`floor-ping ${PROBE_TRIPS} ${PROBE_BATCHES}`),
            this.#echo.command(`floor-echo ${PROBE_TRIPS * PROBE_BATCHES}`),
        ]);
        return batches.sort((a, b) => a - b)[PROBE_BATCHES >> 2];
    }
}
/** Half of the floor of PROTOCOL.md section 10. */
const CLOSE_BELOW_NS = 145;
const PROBE_TRIPS = 200;
const PROBE_BATCHES = 16;
//# sourceMappingURL=distance.js.map