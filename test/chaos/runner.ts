import { readdirSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { listSegments, Segment } from '../../syscalls/index.js';
import type { Peers } from '../peers/build.js';
import { Channel } from './channel.js';
import { FAULTS, type FaultKind, type Incident, inflict } from './faults.js';
import { LagMeter } from './lag.js';
import { Listener } from './listener.js';
import { Random } from './random.js';
import { type Language, nowNs, type Role, type Settings, Side } from './side.js';

/** What a run is asked for. */
export interface ChaosOptions {
  readonly seconds: number;
  /** How many faults must have come about before the time is over, however long that takes. */
  readonly leastFaults?: number;
  readonly seed: number;
  readonly pairings?: readonly (readonly [master: Language, slave: Language])[];
  readonly settings?: Partial<Settings>;
  /** What is to happen; everything, if not given. */
  readonly faults?: readonly FaultKind[];
  /** Told what goes on, line by line. */
  readonly tell?: (line: string) => void;
  /** Ends the run before its time, and what it started with it. */
  readonly stop?: AbortSignal;
}

/** What a run found out. */
export interface ChaosReport {
  readonly seed: number;
  readonly seconds: number;
  readonly incidents: Incident[];
  /** Incidents in channels without a TypeScript end, which tell about the original's protocol only. */
  readonly unjudged: Incident[];
  readonly torn: string[];
  readonly hung: string[];
  /** Readers that got nothing for a second while their writers published; see deafness.ts. */
  readonly deaf: string[];
  readonly crashed: string[];
  /** Segments and files that TypeScript masters left behind. */
  readonly left: string[];
  /** Segments and files that C++ and Python masters left: who takes over does not remove, in the original. */
  readonly leftByOthers: number;
  /** Empty messages that C++ and Python readers got in the place of a half-written one. */
  readonly empties: number;
  /** C++ and Python readers that waited for good and were restarted. */
  readonly foreignRestarts: number;
}

const DEFAULTS: Settings = { thresholdMs: 100, retryMs: 100, periodMs: 2 };

/** The pairings that have an end in TypeScript. */
export const JUDGED: readonly (readonly [Language, Language])[] = [
  ['typescript', 'typescript'],
  ['typescript', 'c++'],
  ['c++', 'typescript'],
  ['typescript', 'python'],
  ['python', 'typescript'],
];

const UNJUDGED: readonly (readonly [Language, Language])[] = [
  ['c++', 'c++'],
  ['c++', 'python'],
  ['python', 'c++'],
  ['python', 'python'],
];

/** Longest wait for a process to close in good order, in ms. */
const QUIT_WATCHDOG_MS = 60_000;

/** Channels in a row, one of whose roles nobody came to hold, after which there is nothing more to learn. */
const MOST_IN_VAIN = 3;

type Findings = { -readonly [key in keyof ChaosReport]: ChaosReport[key] };

/** The report of a run that has found nothing yet. */
export function noFindings({ seed, seconds }: Pick<ChaosOptions, 'seed' | 'seconds'>): Findings {
  return {
    seed,
    seconds,
    incidents: [],
    unjudged: [],
    torn: [],
    hung: [],
    deaf: [],
    crashed: [],
    left: [],
    leftByOthers: 0,
    empties: 0,
    foreignRestarts: 0,
  };
}

/** Runs channels of all pairings side by side and inflicts faults on them until the time is over. */
export async function runChaos(peers: Peers, options: ChaosOptions): Promise<ChaosReport> {
  const report: Findings = noFindings(options);
  const random = new Random(options.seed);
  const endMs = performance.now() + options.seconds * 1000;
  const lag = new LagMeter();
  const failed = new AbortController();
  const stop = AbortSignal.any([failed.signal, ...(options.stop ? [options.stop] : [])]);
  stop.addEventListener('abort', () => void Side.killAll());
  const run = new Run(peers, { ...options, stop }, report, endMs, lag);
  const judged = (options.pairings ?? JUDGED).map((pairing) =>
    run.keepGoing([pairing], random.integer(0, 2 ** 31)),
  );
  const others = options.pairings === undefined ? [run.keepGoing(UNJUDGED, random.integer(0, 2 ** 31))] : [];
  const lanes = [...judged, ...others];
  try {
    await Promise.all(lanes);
  } finally {
    // Where one failed, the others have to end before their processes and segments can be counted.
    failed.abort();
    await Promise.allSettled(lanes);
    lag.stop();
    await Side.killAll();
    collectSegments(report);
  }
  return report;
}

class Run {
  readonly #peers: Peers;
  readonly #options: ChaosOptions;
  readonly #report: Findings;
  readonly #endMs: number;
  readonly #lag: LagMeter;
  #channels = 0;
  #leastFaults: number;

  constructor(peers: Peers, options: ChaosOptions, report: Findings, endMs: number, lag: LagMeter) {
    this.#peers = peers;
    this.#options = options;
    this.#leastFaults = options.leastFaults ?? 0;
    this.#report = report;
    this.#endMs = endMs;
    this.#lag = lag;
  }

  /** Runs one channel after the other; a new one when the last has come to its end or to grief. */
  async keepGoing(pairings: readonly (readonly [Language, Language])[], seed: number): Promise<void> {
    const random = new Random(seed);
    let inVain = 0;
    for (let round = 0; this.#goesOn && inVain < MOST_IN_VAIN; round++) {
      const [master, slave] = pairings[round % pairings.length]!;
      const name = `chaos-${process.pid}-${this.#options.seed}-${this.#channels++}`;
      const settings = { ...DEFAULTS, ...this.#options.settings };
      const channel = new Channel(name, { master, slave }, this.#peers, settings, random);
      const listener = new Listener(channel, this.#lag);
      try {
        // Pairings that share their time take turns.
        await this.#lifeOf(channel, random, pairings.length > 1 ? 5 : Number.POSITIVE_INFINITY);
      } finally {
        listener.stop();
        await this.#end(channel);
      }
      inVain = channel.opened ? 0 : inVain + 1;
    }
  }

  get #goesOn(): boolean {
    if (this.#options.stop?.aborted) return false;
    return performance.now() < this.#endMs || this.#report.incidents.length < this.#leastFaults;
  }

  async #lifeOf(channel: Channel, random: Random, most: number): Promise<void> {
    await Promise.all([channel.start('master'), channel.start('slave')]);
    if ((await channel.flows(nowNs())) === undefined) return this.#hang(channel, 'the first message');
    const able = (this.#options.faults ?? FAULTS).filter(
      (kind) => kind !== 'block event loop' || channel.judged,
    );
    let plan: FaultKind[] = [];
    for (let count = 0; count < most && this.#goesOn; count++) {
      if (plan.length === 0) plan = random.shuffle(able);
      const kind = plan.pop()!;
      await sleep(random.integer(0, 50));
      const lagBeforeMs = this.#lag.totalMs;
      const incident = {
        ...(await inflict(kind, channel, random)),
        lagMs: this.#lag.totalMs - lagBeforeMs,
      };
      (channel.judged ? this.#report.incidents : this.#report.unjudged).push(incident);
      this.#options.tell?.(
        `${channel.pairing}: ${kind} (${incident.role})${incident.detail && ` ${incident.detail}`}: ${incident.recoveryMs?.toFixed(0) ?? 'none'} ms, start ${incident.startMs.toFixed(0)} ms`,
      );
      if (incident.recoveryMs === undefined) {
        this.#leastFaults = 0; // one that hangs is enough
        return this.#hang(channel, kind);
      }
      if (channel.sides.some((side) => side.crashed)) return;
    }
  }

  #hang(channel: Channel, what: string): void {
    if (!channel.judged || channel.sides.some((side) => side.crashed)) return;
    // Deaf is a verdict of its own.
    if (channel.sides.some((side) => side.deaf !== undefined)) return;
    this.#report.hung.push(`${channel.pairing}: ${what}`);
  }

  async #end(channel: Channel): Promise<void> {
    for (const role of ['slave', 'master'] as Role[]) {
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
      if (channel.judged && side.deaf !== undefined) report.deaf.push(`${channel.pairing}: ${side.deaf}`);
      report.empties += side.empties;
    }
    report.foreignRestarts += channel.foreignRestarts;
    if (!channel.hasSegment) return;
    if (channel.languages.master === 'typescript') report.left.push(`${channel.pairing}: under its name`);
    else report.leftByOthers++;
    channel.removeSegment();
  }
}

/** Segments of ours that still exist under any key or none, with nobody left to detach them; files under whatever name. */
function collectSegments(report: Findings): void {
  const ours = new RegExp(`^(eshm_chaos-${process.pid}-|\\.eshm-\\w+-(${[...Side.pids].join('|')})-)`);
  for (const file of readdirSync('/dev/shm').filter((name) => ours.test(name))) {
    report.left.push(`file ${file}`);
    rmSync(`/dev/shm/${file}`);
  }
  for (const segment of listSegments()) {
    if (!Side.pids.has(segment.creatorPid) || segment.attachments > 0) continue;
    report.left.push(`segment ${segment.id}, created by process ${segment.creatorPid}`);
    Segment.remove(segment.id);
  }
}
