import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LagMeter } from '../../chaos/lag.js';
import { Random } from '../../chaos/random.js';
import { nowNs, type Side } from '../../chaos/side.js';
import type { Peers } from '../../peers/build.js';
import { FAULTS, type FaultKind, inflict } from './faults.js';
import { type BridgeEnd, ENDS, type Lane, Site } from './site.js';
import { liesTo } from './truth.js';

/** What a run is asked for. */
export interface BridgeChaosOptions {
  readonly seconds: number;
  readonly seed: number;
  /** What must have come about before the time is over, however long that takes. */
  readonly least?: { readonly incidents: number; readonly heard: number; readonly told: number };
  readonly faults?: readonly FaultKind[];
  readonly tell?: (line: string) => void;
  readonly stop?: AbortSignal;
}

/** One fault, and what came of it. */
export interface BridgeIncident {
  readonly kind: FaultKind;
  /** From its repair to the first good message of every channel in both directions, in ms. */
  readonly recoveryMs: number | undefined;
  /** How long the machine had no core for the runner meanwhile, in ms. */
  readonly lagMs: number;
}

/** What a run found out. */
export interface BridgeChaosReport {
  readonly seed: number;
  readonly seconds: number;
  readonly incidents: BridgeIncident[];
  /** Messages that were no message, came twice or behind a later one. */
  readonly torn: string[];
  /** Messages of which their sender was told that they were read, and nobody has read them. */
  readonly lies: string[];
  /** Messages of which their sender was told so. */
  told: number;
  /** Processes that ended by themselves, and what bridges had to say against their will. */
  readonly crashed: string[];
  /** Messages that readers have spoken of. */
  heard: number;
}

/** It carries again within this long of the repair, in ms. */
export const BOUND_MS = 2000;

/** Longest wait for it: then it hangs. */
const PATIENCE_MS = 60_000;

const LANES: readonly Lane[] = [
  { name: 'chaos.newest', languages: ['c++', 'python'], options: { delivery: 'newest' } },
  // Readers that forget nothing, so nothing need be published again, and nothing may come twice.
  { name: 'chaos.acked', languages: ['typescript', 'typescript'], options: { delivery: 'acknowledged' } },
  {
    name: 'chaos.told',
    languages: ['typescript', 'typescript'],
    options: { delivery: 'acknowledged' },
    mode: 'told',
  },
];

/** Two bridged channels, and faults at random until the time is over. */
export async function runBridgeChaos(peers: Peers, options: BridgeChaosOptions): Promise<BridgeChaosReport> {
  const { seconds, seed, stop } = options;
  const report: BridgeChaosReport = {
    seed,
    seconds,
    incidents: [],
    torn: [],
    lies: [],
    told: 0,
    crashed: [],
    heard: 0,
  };
  const folder = mkdtempSync(join(tmpdir(), 'eshm-bridge-chaos-'));
  const config = Object.fromEntries(ENDS.map((end) => [end, writeConfig(folder, end)])) as Record<
    BridgeEnd,
    string
  >;
  let site: Site | undefined;
  try {
    site = await Site.make(peers, LANES, config);
    await new Run(site, options, report).run();
  } catch (error) {
    if (!stop?.aborted) throw error;
  } finally {
    await site?.end();
    rmSync(folder, { recursive: true, force: true });
  }
  return report;
}

function writeConfig(folder: string, end: BridgeEnd): string {
  const path = join(folder, `${end}.json`);
  const channels = LANES.map(({ name, options }) => ({ name, ...options }));
  writeFileSync(path, JSON.stringify({ servers: Site.servers(end), as: end, channels }));
  return path;
}

class Run {
  readonly #site: Site;
  readonly #options: BridgeChaosOptions;
  readonly #report: BridgeChaosReport;
  readonly #random: Random;
  /** Every process that had a part. */
  readonly #sides = new Set<Side>();
  readonly #lag = new LagMeter();

  constructor(site: Site, options: BridgeChaosOptions, report: BridgeChaosReport) {
    this.#site = site;
    this.#options = options;
    this.#report = report;
    this.#random = new Random(options.seed);
  }

  async run(): Promise<void> {
    const { seconds, faults = FAULTS, stop } = this.#options;
    const site = this.#site;
    try {
      for (const end of ENDS) site.startBridge(end);
      site.startSides('master');
      site.startSides('slave');
      this.#note();
      if ((await this.#carriesFrom(nowNs())) === undefined)
        throw new Error(`it never carried: ${this.#bridgesSay()}`);
      const endMs = performance.now() + seconds * 1000;
      let deck: FaultKind[] = [];
      while ((performance.now() < endMs || !this.#isEnough) && !stop?.aborted) {
        if (deck.length === 0) deck = this.#random.shuffle(faults);
        await this.#trial(deck.pop()!, endMs - performance.now() > 20_000);
      }
    } finally {
      await site.mending.catch(() => {});
      this.#lag.stop();
      this.#collect();
    }
  }

  /** Whether as much has come about as must. One fault without recovery is enough, as the run has failed by it. */
  get #isEnough(): boolean {
    const { least } = this.#options;
    const { incidents } = this.#report;
    if (least === undefined || incidents.some(({ recoveryMs }) => recoveryMs === undefined)) return true;
    const sum = (of: (side: Side) => number) => [...this.#sides].reduce((all, side) => all + of(side), 0);
    return (
      incidents.length >= least.incidents &&
      sum((side) => side.heard) >= least.heard &&
      sum((side) => side.told.size) >= least.told
    );
  }

  async #trial(kind: FaultKind, hasTime: boolean): Promise<void> {
    const lagBefore = this.#lag.totalMs;
    await this.#site.mending;
    await sleep(this.#random.integer(50, 400));
    await inflict(kind, this.#site, this.#random, hasTime);
    this.#note();
    const mendedNs = nowNs();
    const atNs = await this.#carriesFrom(mendedNs);
    const recoveryMs = atNs === undefined ? undefined : Number(atNs - mendedNs) / 1e6;
    const lagMs = this.#lag.totalMs - lagBefore;
    this.#report.incidents.push({ kind, recoveryMs, lagMs });
    this.#options.tell?.(
      `${kind}: ${recoveryMs === undefined ? `never, ${this.#bridgesSay()}` : `${Math.round(recoveryMs)} ms`}`,
    );
  }

  /** When every reader had a good message of its writer at or after `sinceNs`; `undefined` when it takes for ever. */
  async #carriesFrom(sinceNs: bigint): Promise<bigint | undefined> {
    const endMs = performance.now() + PATIENCE_MS;
    for (;;) {
      const seen = [...this.#site.sides.values()].flatMap(({ master, slave }) => [
        slave.goodFrom(master, sinceNs),
        master.goodFrom(slave, sinceNs),
      ]);
      if (!seen.includes(undefined)) return (seen as bigint[]).reduce((a, b) => (a > b ? a : b));
      if (performance.now() > endMs || this.#options.stop?.aborted) return undefined;
      await sleep(5);
    }
  }

  #note(): void {
    for (const { master, slave } of this.#site.sides.values()) this.#sides.add(master).add(slave);
  }

  #collect(): void {
    for (const side of this.#sides) {
      this.#report.heard += side.heard;
      const who = `${side.language} ${side.role}`;
      this.#report.torn.push(...side.torn.map((line) => `${who}: ${line}`));
      this.#report.crashed.push(...side.errors.map((line) => `${who}: ${line}`));
      this.#report.told += side.told.size;
      this.#report.lies.push(...liesTo(side, [...this.#sides]).map((line) => `${who}: ${line}`));
    }
    for (const end of ENDS) {
      const bridge = this.#site.bridges[end];
      if (bridge === undefined || bridge.running) continue;
      if (!this.#options.stop?.aborted)
        this.#report.crashed.push(`${end} bridge: ended by itself: ${bridge.ending}`);
    }
  }

  #bridgesSay(): string {
    const lines = ENDS.map((end) => {
      const { lines, stderr } = this.#site.bridges[end];
      return `${end}: ${JSON.stringify(lines.slice(-4))} ${stderr.slice(-300)}`;
    });
    return lines.join(' | ');
  }
}
