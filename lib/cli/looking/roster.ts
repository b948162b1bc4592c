import type { ShmKind } from '../../store/index.js';
import { type Channel, type Finding, inspect, inspectAll, isChannel } from './inspect.js';
import { Labels } from './labels.js';
import { identityOf, listObjects } from './objects.js';
import { type Rates, Traffic } from './traffic.js';

/** One row of `eshm top`. */
export interface Row {
  /** The name, where the user gave it or a file has it, else the key. */
  readonly label: string;
  readonly channel: Channel;
  /** `gone` for what was there at an earlier look. */
  readonly state: 'live' | 'stale' | 'gone';
  /** `undefined` at the first look. */
  readonly rates: Rates | undefined;
  /** Messages per second both ways, one value a look, the newest last. */
  readonly history: readonly number[];
}

/** Looks kept for the sparkline. */
const HISTORY = 60;
/** A row stays this many looks after its segment or file has gone. */
const GONE_LOOKS = 5;

interface Entry {
  readonly traffic: Traffic;
  history: number[];
  channel: Channel;
  rates: Rates | undefined;
  looksGone: number;
}

/** All channels of the machine over time, or those of some names. */
export class Roster {
  readonly #labels: Labels;
  readonly #shm: ShmKind | undefined;
  readonly #isNamedOnly: boolean;
  readonly #entries = new Map<string, Entry>();

  /**
   * @param names - names to show in the place of their keys: a segment does not know its own
   * @param shm - the kind of memory to look at; both where it is not given
   * @param isNamedOnly - whether what has none of the names is left out
   */
  constructor(names: readonly string[], shm?: ShmKind, isNamedOnly = false) {
    this.#isNamedOnly = isNamedOnly;
    this.#shm = shm;
    this.#labels = new Labels(names);
  }

  /** Looks at them. */
  async look(): Promise<Row[]> {
    for (const entry of this.#entries.values()) entry.looksGone++;
    for (const channel of (await this.#inspect()).filter(isChannel)) this.#see(channel);
    const rows: Row[] = [];
    for (const [id, entry] of this.#entries) {
      if (entry.looksGone > GONE_LOOKS) this.#entries.delete(id);
      else rows.push(this.#row(entry));
    }
    return rows;
  }

  #inspect(): Promise<Finding[]> {
    if (!this.#isNamedOnly) return inspectAll(this.#shm);
    return inspect(listObjects(this.#shm).filter((stat) => this.#labels.has(stat)));
  }

  #see(channel: Channel): void {
    const entry = this.#entries.get(identityOf(channel.stat)) ?? {
      traffic: new Traffic(),
      history: [],
      channel,
      rates: undefined,
      looksGone: 0,
    };
    this.#entries.set(identityOf(channel.stat), entry);
    entry.channel = channel;
    entry.looksGone = 0;
    entry.rates = entry.traffic.take(channel);
    if (entry.rates !== undefined) {
      entry.history = [...entry.history, entry.rates.m2sWrites + entry.rates.s2mWrites].slice(-HISTORY);
    }
  }

  #row({ channel, rates, history, looksGone }: Entry): Row {
    const gone = looksGone > 0;
    return {
      label: this.#labels.of(channel.stat),
      channel,
      state: gone ? 'gone' : channel.state,
      rates: gone ? undefined : rates,
      history,
    };
  }
}

/** Orders of rows, by the key that chooses them. */
export const ORDERS = {
  r: { title: 'rate', compare: (a: Row, b: Row) => (b.history.at(-1) ?? 0) - (a.history.at(-1) ?? 0) },
  k: { title: 'key', compare: (a: Row, b: Row) => a.label.localeCompare(b.label) },
  s: { title: 'state', compare: (a: Row, b: Row) => rankOf(a.state) - rankOf(b.state) },
  m: { title: 'missed', compare: (a: Row, b: Row) => (b.rates?.missed ?? -1) - (a.rates?.missed ?? -1) },
  a: {
    title: 'age',
    compare: (a: Row, b: Row) => a.channel.stat.changedAtS - b.channel.stat.changedAtS,
  },
} as const;

/** A key of {@link ORDERS}. */
export type OrderKey = keyof typeof ORDERS;

function rankOf(state: Row['state']): number {
  return { stale: 0, gone: 1, live: 2 }[state];
}

/** The rows in an order; those that it calls equal by id. */
export function sortRows(rows: readonly Row[], order: OrderKey): Row[] {
  return rows.toSorted((a, b) => ORDERS[order].compare(a, b) || a.channel.stat.id - b.channel.stat.id);
}
