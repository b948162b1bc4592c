import { setTimeout as sleep } from 'node:timers/promises';
import { listSegments, Segment } from '../../syscalls/index.js';
import { Channel } from './channel.js';
import { FAULTS, inflict } from './faults.js';
import { LagMeter } from './lag.js';
import { Random } from './random.js';
import { nowNs, Side } from './side.js';
const DEFAULTS = { thresholdMs: 100, retryMs: 100, periodMs: 2 };
const JUDGED = [
    ['typescript', 'typescript'],
    ['typescript', 'c++'],
    ['c++', 'typescript'],
    ['typescript', 'python'],
    ['python', 'typescript'],
];
const UNJUDGED = [
    ['c++', 'c++'],
    ['c++', 'python'],
    ['python', 'c++'],
    ['python', 'python'],
];
/** Longest wait for a process to close in good order, in ms. */
const QUIT_WATCHDOG_MS = 5000;
/** Runs channels of all pairings side by side and inflicts faults on them until the time is over. */
export async function runChaos(peers, options) {
    const report = {
        seed: options.seed,
        seconds: options.seconds,
        incidents: [],
        unjudged: [],
        torn: [],
        hung: [],
        crashed: [],
        left: [],
        leftByOthers: 0,
        empties: 0,
        foreignRestarts: 0,
    };
    const random = new Random(options.seed);
    const endMs = performance.now() + options.seconds * 1000;
    const lag = new LagMeter();
    const run = new Run(peers, options, report, endMs, lag);
    const judged = (options.pairings ?? JUDGED).map((pairing) => run.keepGoing([pairing], random.integer(0, 2 ** 31)));
    const others = options.pairings === undefined ? [run.keepGoing(UNJUDGED, random.integer(0, 2 ** 31))] : [];
    try {
        await Promise.all([...judged, ...others]);
    }
    finally {
        lag.stop();
        await Side.killAll();
        collectSegments(report);
    }
    return report;
}
class Run {
    #peers;
    #options;
    #report;
    #endMs;
    #lag;
    #channels = 0;
    constructor(peers, options, report, endMs, lag) {
        this.#peers = peers;
        this.#options = options;
        this.#report = report;
        this.#endMs = endMs;
        this.#lag = lag;
    }
    /** Runs one channel after the other; a new one when the last has come to its end or to grief. */
    async keepGoing(pairings, seed) {
        const random = new Random(seed);
        for (let round = 0; performance.now() < this.#endMs; round++) {
            const [master, slave] = pairings[round % pairings.length];
            const name = `chaos-${process.pid}-${this.#options.seed}-${this.#channels++}`;
            const settings = { ...DEFAULTS, ...this.#options.settings };
            const channel = new Channel(name, { master, slave }, this.#peers, settings, random);
            try {
                // Pairings that share their time take turns.
                await this.#lifeOf(channel, random, pairings.length > 1 ? 5 : Number.POSITIVE_INFINITY);
            }
            finally {
                await this.#end(channel);
            }
        }
    }
    async #lifeOf(channel, random, most) {
        await Promise.all([channel.start('master'), channel.start('slave')]);
        if ((await channel.flows(nowNs())) === undefined)
            return this.#hang(channel, 'the first message');
        const able = FAULTS.filter((kind) => kind !== 'block event loop' || channel.judged);
        let plan = [];
        for (let count = 0; count < most && performance.now() < this.#endMs; count++) {
            if (plan.length === 0)
                plan = random.shuffle(able);
            const kind = plan.pop();
            await sleep(random.integer(0, 50));
            const lagBeforeMs = this.#lag.totalMs;
            const incident = {
                ...(await inflict(kind, channel, random)),
                lagMs: this.#lag.totalMs - lagBeforeMs,
            };
            (channel.judged ? this.#report.incidents : this.#report.unjudged).push(incident);
            this.#options.tell?.(`${channel.pairing}: ${kind} (${incident.role}): ${incident.recoveryMs?.toFixed(0) ?? 'none'} ms, start ${incident.startMs.toFixed(0)} ms`);
            if (incident.recoveryMs === undefined)
                return this.#hang(channel, kind);
            if (channel.sides.some((side) => side.crashed))
                return;
        }
    }
    #hang(channel, what) {
        if (!channel.judged || channel.sides.some((side) => side.crashed))
            return;
        this.#report.hung.push(`${channel.pairing}: ${what}`);
    }
    async #end(channel) {
        for (const role of ['slave', 'master']) {
            const side = channel.side(role);
            const quit = await side.quit(QUIT_WATCHDOG_MS);
            if (!quit && side.language === 'typescript' && !side.crashed) {
                this.#report.hung.push(`${channel.pairing}: ${role} did not close`);
            }
        }
        const report = this.#report;
        for (const side of channel.sides) {
            // What a C++ or Python reader makes of a C++ or Python writer is not ours to answer for.
            if (channel.judged)
                report.torn.push(...side.torn.map((text) => `${channel.pairing}: ${side.role}: ${text}`));
            if (channel.judged) {
                report.crashed.push(...side.errors.map((text) => `${channel.pairing}: ${side.role}: ${text}`));
            }
            report.empties += side.empties;
        }
        report.foreignRestarts += channel.foreignRestarts;
        if (!channel.hasSegment)
            return;
        if (channel.languages.master === 'typescript')
            report.left.push(`${channel.pairing}: under its key`);
        else
            report.leftByOthers++;
        channel.removeSegment();
    }
}
/** Segments of ours that still exist under any key or none, with nobody left to detach them. */
function collectSegments(report) {
    for (const segment of listSegments()) {
        if (!Side.pids.has(segment.creatorPid) || segment.attachments > 0)
            continue;
        report.left.push(`segment ${segment.id}, created by process ${segment.creatorPid}`);
        Segment.remove(segment.id);
    }
}
//# sourceMappingURL=runner.js.map