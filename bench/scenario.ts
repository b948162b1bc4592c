import type { ShmKind } from '../lib/store/index.js';
import type { Bench } from './bench.js';

/** The units a row may have. */
export type Unit = 'ns' | 'ms' | 'msg/s' | '% of a core' | '% read' | '% late';

/** What one round of a scenario measured. */
export interface Round {
  /** The round's figure in the scenario's unit: mostly the median of many. */
  readonly value: number;
  /** Single latencies in ns, where the row has percentiles. */
  readonly samplesNs?: readonly number[];
}

/** A started scenario. Nothing of it uses CPU between two rounds. */
export interface Running {
  /** One round; the first one is thrown away as warm-up. */
  round(): Promise<Round>;
  stop(): Promise<void>;
}

/** One row of the table. */
export interface Scenario {
  /** As `--only` and the targets name it. */
  readonly id: string;
  /** Rounds of scenarios of one group are interleaved, because their figures are compared. */
  readonly group: string;
  readonly unit: Unit;
  /** Whether two cores hand cache lines to each other: then it matters how far apart they are just now. */
  readonly spins?: boolean;
  /** Whether it sleeps most of the time, so that its warm-up may go on beside others. */
  readonly sleeps?: boolean;
  /** Takes its time: a quick run that does not name it leaves it out. */
  readonly fullOnly?: boolean;
  /** Takes so long that one sitting of one round without a warm-up has to do, after all others; a quick run leaves it out too. */
  readonly once?: boolean;
  /** Rows with the same one are figures of the same rounds: with one of them the others cost nothing. */
  readonly run?: object;
  /** Why it cannot run here and what to do about it, or `undefined`. Without a compiler nobody need ask: see `start`. */
  readonly missing?: (bench: Bench) => Promise<string | undefined>;
  /** Where it throws a `Missing`, as {@link Bench.native} does without a compiler, the row is left out. */
  start(bench: Bench): Promise<Running>;
}

/** The name of a row or a group whose channels are of the kind `shm`: that of the System V one, `posix-` before it. */
export function rowName(name: string, shm: ShmKind): string {
  return shm === 'posix' ? `posix-${name}` : name;
}

/** Sizes of messages that are measured, in bytes. */
export const SIZES = [8, 64, 256, 1024, 4096] as const;
