import { deriveKey } from '../../layout/index.js';
import { formatKey } from '../../syscalls/index.js';
import { inspectAll, isChannel } from './inspect.js';
import { escapeText } from './text.js';
import { notRead, Traffic } from './traffic.js';
/** Looks kept for the sparkline. */
const HISTORY = 60;
/** A row stays this many looks after its segment has gone. */
const GONE_LOOKS = 5;
/** All channels of the machine over time. */
export class Roster {
    #names;
    #entries = new Map();
    /** @param names - names to show in the place of their keys: a segment does not know its own */
    constructor(names) {
        this.#names = new Map(names.map((name) => [deriveKey(name), escapeText(name)]));
    }
    /** Looks at all of them. */
    async look() {
        for (const entry of this.#entries.values())
            entry.looksGone++;
        for (const channel of (await inspectAll()).filter(isChannel))
            this.#see(channel);
        const rows = [];
        for (const [id, entry] of this.#entries) {
            if (entry.looksGone > GONE_LOOKS)
                this.#entries.delete(id);
            else
                rows.push(this.#row(entry));
        }
        return rows;
    }
    #see(channel) {
        const entry = this.#entries.get(channel.stat.id) ?? {
            traffic: new Traffic(),
            history: [],
            channel,
            rates: undefined,
            looksGone: 0,
        };
        this.#entries.set(channel.stat.id, entry);
        entry.channel = channel;
        entry.looksGone = 0;
        entry.rates = entry.traffic.take(channel);
        if (entry.rates !== undefined) {
            entry.history = [...entry.history, entry.rates.m2sWrites + entry.rates.s2mWrites].slice(-HISTORY);
        }
    }
    #row({ channel, rates, history, looksGone }) {
        const gone = looksGone > 0;
        return {
            label: this.#names.get(channel.stat.key) ?? formatKey(channel.stat.key),
            channel,
            state: gone ? 'gone' : channel.state,
            rates: gone ? undefined : rates,
            history,
            notRead: notRead(channel),
        };
    }
}
/** Orders of rows, by the key that chooses them. */
export const ORDERS = {
    r: { title: 'rate', compare: (a, b) => (b.history.at(-1) ?? 0) - (a.history.at(-1) ?? 0) },
    k: { title: 'key', compare: (a, b) => a.label.localeCompare(b.label) },
    s: { title: 'state', compare: (a, b) => rankOf(a.state) - rankOf(b.state) },
    m: { title: 'missed', compare: (a, b) => Number(b.notRead - a.notRead) },
    a: {
        title: 'age',
        compare: (a, b) => a.channel.stat.changedAtS - b.channel.stat.changedAtS,
    },
};
function rankOf(state) {
    return { stale: 0, gone: 1, live: 2 }[state];
}
/** The rows in an order; those that it calls equal by id. */
export function sortRows(rows, order) {
    return rows.toSorted((a, b) => ORDERS[order].compare(a, b) || a.channel.stat.id - b.channel.stat.id);
}
//# sourceMappingURL=roster.js.map