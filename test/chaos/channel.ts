import { setTimeout as sleep } from 'node:timers/promises';
import type { Peers } from '../peers/build.js';
import { placeOf } from '../peers/shm-kind.js';
import { openRaw, removeRaw, type ShmPlace } from '../support/raw-memory.js';
import type { Random } from './random.js';
import { type Language, nowNs, type Role, type Settings, Side } from './side.js';

/** Longest wait for anything to get going again, in ms. Far beyond any bound: what takes this long hangs. */
export const WATCHDOG_MS = 60_000;

/** How long a C++ or Python reader may be silent before it is restarted for the original's weakness, in ms. */
const FOREIGN_PATIENCE_MS = 3000;

/** A direction of delivery. */
export interface Way {
  readonly from: Role;
  readonly to: Role;
}

/** A master and a slave in traffic with each other, each replaced when it is killed. */
export class Channel {
  readonly name: string;
  /** In which kind of memory it is. */
  readonly place: ShmPlace;
  readonly languages: Readonly<Record<Role, Language>>;
  readonly settings: Settings;
  /** Directions that count: those with a TypeScript end. */
  readonly ways: readonly Way[];
  /** C++ and Python readers restarted because they waited for good, as the original does. */
  foreignRestarts = 0;
  /** Every life so far. */
  readonly sides: Side[] = [];
  readonly #peers: Peers;
  readonly #random: Random;
  #current: Partial<Record<Role, Side>> = {};

  constructor(
    name: string,
    languages: Record<Role, Language>,
    peers: Peers,
    settings: Settings,
    random: Random,
  ) {
    this.name = name;
    this.place = placeOf(peers.shm);
    this.languages = languages;
    this.settings = settings;
    this.#peers = peers;
    this.#random = random;
    this.ways = [
      { from: 'master', to: 'slave' },
      { from: 'slave', to: 'master' },
    ];
  }

  /** Whether a TypeScript end takes part. */
  get judged(): boolean {
    return this.languages.master === 'typescript' || this.languages.slave === 'typescript';
  }

  /** Whether each role was held by somebody at some time. */
  get opened(): boolean {
    return (['master', 'slave'] as const).every((role) =>
      this.sides.some((side) => side.role === role && side.openedNs !== undefined),
    );
  }

  get pairing(): string {
    return `${this.languages.master} master, ${this.languages.slave} slave`;
  }

  side(role: Role): Side {
    return this.#current[role]!;
  }

  /** Who has `role` now, if anybody ever had. */
  current(role: Role): Side | undefined {
    return this.#current[role];
  }

  /** Starts a process for `role` and waits until it is open, or one has crashed: the other may wait for it for good. */
  async start(role: Role): Promise<Side> {
    const side = this.#spawn(role);
    await this.until(
      () => side.openedNs !== undefined || !side.running || this.sides.some((one) => one.crashed),
    );
    return side;
  }

  #spawn(role: Role): Side {
    const mode = this.#random.pick(['poll', 'sync']);
    const side = new Side(this.#peers, this.languages[role], role, this.name, this.settings, mode);
    this.#current[role] = side;
    this.sides.push(side);
    return side;
  }

  /**
   * Waits until a good message went each way at or after `sinceNs`.
   *
   * @returns when the last of the two came, or `undefined` when the watchdog ran out
   */
  async flows(sinceNs: bigint): Promise<bigint | undefined> {
    let latest = 0n;
    for (const way of this.ways) {
      const at = await this.#arrival(way, sinceNs);
      if (at === undefined) return undefined;
      if (at > latest) latest = at;
    }
    return latest;
  }

  /** Removes its segment or file, whoever uses it. */
  removeSegment(): void {
    removeRaw(this.name, this.place);
  }

  /** Whether its segment or file is there. */
  get hasSegment(): boolean {
    using memory = openRaw(this.name, this.place);
    return memory !== undefined;
  }

  async #arrival({ from, to }: Way, sinceNs: bigint): Promise<bigint | undefined> {
    const arrived = () => this.side(to).goodFrom(this.side(from), sinceNs);
    const foreign = this.languages[to] !== 'typescript';
    const started = performance.now();
    let patienceEndsMs = started + FOREIGN_PATIENCE_MS;
    while (arrived() === undefined) {
      const now = performance.now();
      if (now - started > WATCHDOG_MS) return undefined;
      if (this.side(to).deaf !== undefined && !foreign) return undefined;
      if (!this.side(to).running || !this.side(from).running) return undefined;
      if (foreign && now > patienceEndsMs) {
        patienceEndsMs = Number.POSITIVE_INFINITY;
        this.foreignRestarts++;
        await this.side(to).kill();
        await this.start(to);
      }
      await sleep(2);
    }
    return arrived();
  }

  /** Waits until `condition` holds; `false` when the watchdog ran out. */
  async until(condition: () => boolean): Promise<boolean> {
    const deadline = performance.now() + WATCHDOG_MS;
    while (!condition()) {
      if (performance.now() > deadline) return false;
      await sleep(2);
    }
    return true;
  }

  /** Waits until `side` says that its event loop runs again. */
  async unblocked(side: Side): Promise<bigint> {
    await this.until(() => side.unblockedNs !== undefined || !side.running);
    return side.unblockedNs ?? nowNs();
  }
}
