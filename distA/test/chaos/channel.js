import { setTimeout as sleep } from 'node:timers/promises';
import { deriveKey } from '../../layout/index.js';
import { isGone, Segment } from '../../syscalls/index.js';
import { nowNs, Side } from './side.js';
/** Longest wait for anything to get going again, in ms. Far beyond any bound: what takes this long hangs. */
export const WATCHDOG_MS = 10_000;
/** How long a C++ or Python reader may be silent before it is restarted for the original's weakness, in ms. */
const FOREIGN_PATIENCE_MS = 3000;
/** A master and a slave in traffic with each other, each replaced when it is killed. */
export class Channel {
    name;
    key;
    languages;
    settings;
    /** Directions that count: those with a TypeScript end. */
    ways;
    /** C++ and Python readers restarted because they waited for good, as the original does. */
    foreignRestarts = 0;
    /** Every life so far. */
    sides = [];
    #peers;
    #random;
    #current = {};
    constructor(name, languages, peers, settings, random) {
        this.name = name;
        this.key = deriveKey(name);
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
    get judged() {
        return this.languages.master === 'typescript' || this.languages.slave === 'typescript';
    }
    get pairing() {
        return `${this.languages.master} master, ${this.languages.slave} slave`;
    }
    side(role) {
        return this.#current[role];
    }
    /** Starts a process for `role` and waits until it is open. */
    async start(role) {
        const side = this.#spawn(role);
        await this.#until(() => side.openedNs !== undefined || !side.running);
        return side;
    }
    #spawn(role) {
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
    async flows(sinceNs) {
        let latest = 0n;
        for (const way of this.ways) {
            const at = await this.#arrival(way, sinceNs);
            if (at === undefined)
                return undefined;
            if (at > latest)
                latest = at;
        }
        return latest;
    }
    /** Removes the segment under the key, whoever uses it. */
    removeSegment() {
        try {
            Segment.remove(Segment.find(this.key));
        }
        catch (error) {
            if (!isGone(error))
                throw error;
        }
    }
    /** Whether a segment is there under the key. */
    get hasSegment() {
        try {
            Segment.find(this.key);
            return true;
        }
        catch (error) {
            if (isGone(error))
                return false;
            throw error;
        }
    }
    async #arrival({ from, to }, sinceNs) {
        const arrived = () => this.side(to).goodFrom(this.side(from), sinceNs);
        const foreign = this.languages[to] !== 'typescript';
        const started = performance.now();
        let patienceEndsMs = started + FOREIGN_PATIENCE_MS;
        while (arrived() === undefined) {
            const now = performance.now();
            if (now - started > WATCHDOG_MS)
                return undefined;
            if (!this.side(to).running || !this.side(from).running)
                return undefined;
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
    async #until(condition) {
        const deadline = performance.now() + WATCHDOG_MS;
        while (!condition()) {
            if (performance.now() > deadline)
                return false;
            await sleep(2);
        }
        return true;
    }
    /** Waits until `side` says that its event loop runs again. */
    async unblocked(side) {
        await this.#until(() => side.unblockedNs !== undefined || !side.running);
        return side.unblockedNs ?? nowNs();
    }
}
//# sourceMappingURL=channel.js.map