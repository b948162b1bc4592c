import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
/** Now, in ns of CLOCK_MONOTONIC: comparable with what the processes say. */
export const nowNs = () => process.hrtime.bigint();
let instances = 0;
/** One life of one end of a channel: a process with traffic, and what it has said so far. */
export class Side {
    static #running = new Set();
    /** Every process id ever started here, to tell whose segments are left. */
    static pids = new Set();
    role;
    language;
    instance = ++instances;
    spawnedNs = nowNs();
    /** Lines that must not be: torn and repeated messages, errors. */
    torn = [];
    errors = [];
    empties = 0;
    staleNs = [];
    openedNs;
    unblockedNs;
    /** When the last good message came, by sender: the first one and the newest. */
    #good = new Map();
    #child;
    #closed;
    #expected = false;
    #gone = false;
    #saidBye = false;
    constructor(peers, language, role, name, settings, mode) {
        this.language = language;
        this.role = role;
        const own = [role, name, String(this.instance), String(settings.periodMs)];
        const options = [
            `threshold=${settings.thresholdMs}`,
            `retry=${settings.retryMs}`,
            'attempts=0',
            'wait=0',
        ];
        const traffic = fileURLToPath(new URL('./traffic.js', import.meta.url));
        const [program, ...args] = {
            typescript: [process.execPath, traffic, ...own, ...options, `mode=${mode}`],
            'c++': [peers.traffic, ...own, ...options],
            python: [peers.python, join(peers.pythonDir, 'traffic.py'), ...own, ...options],
        }[language];
        this.#child = spawn(program, args, { env: peers.env, stdio: 'pipe' });
        Side.#running.add(this);
        if (this.#child.pid !== undefined)
            Side.pids.add(this.#child.pid);
        this.#child.stdin.on('error', () => { });
        this.#child.stderr.setEncoding('utf8').on('data', (text) => this.errors.push(text.trim()));
        createInterface({ input: this.#child.stdout }).on('line', (line) => this.#hear(line));
        this.#closed = new Promise((resolve) => {
            this.#child.once('error', (error) => this.errors.push(String(error)));
            this.#child.once('close', (code, signal) => {
                Side.#running.delete(this);
                this.#gone = true;
                if (!this.#expected)
                    this.errors.push(`ended by itself: code ${code}, signal ${signal}`);
                else if (this.#saidBye && code !== 0)
                    this.errors.push(`ended with code ${code}, signal ${signal}`);
                resolve();
            });
        });
    }
    /** Ends whatever still runs. */
    static async killAll() {
        await Promise.all([...Side.#running].map((side) => side.kill()));
    }
    get running() {
        return !this.#gone;
    }
    get crashed() {
        return this.errors.length > 0;
    }
    /** When a good message of `sender` came at or after `sinceNs`, as far as is known. */
    goodFrom(sender, sinceNs) {
        const seen = this.#good.get(sender.instance);
        if (seen === undefined)
            return undefined;
        if (seen.firstNs >= sinceNs)
            return seen.firstNs;
        return seen.lastNs >= sinceNs ? seen.lastNs : undefined;
    }
    tell(line) {
        if (!this.#gone)
            this.#child.stdin.write(`${line}\n`);
    }
    signal(signal) {
        this.#child.kill(signal);
    }
    /** SIGKILL, and waits until it is gone. */
    async kill() {
        this.#expected = true;
        this.#child.kill('SIGKILL');
        await this.#closed;
    }
    /** Has it die by its own hand after step `step` of a write. */
    async dieInWrite(step) {
        this.#expected = true;
        this.tell(`die ${step}`);
        await this.#closed;
    }
    /** Asks it to close and end; `false` when it did not within `watchdogMs` and had to be killed. */
    async quit(watchdogMs) {
        this.#expected = true;
        this.tell('quit');
        const timer = setTimeout(() => this.#child.kill('SIGKILL'), watchdogMs);
        await this.#closed;
        clearTimeout(timer);
        return this.#saidBye;
    }
    #hear(line) {
        const [word = '', ...rest] = line.split(' ');
        switch (word) {
            case 'open':
                this.openedNs = BigInt(rest[0]);
                return;
            case 'good': {
                const [sender, at] = [Number(rest[0]), BigInt(rest[1])];
                this.#good.set(sender, { firstNs: this.#good.get(sender)?.firstNs ?? at, lastNs: at });
                return;
            }
            case 'empty':
                this.empties++;
                return;
            case 'stale':
                this.staleNs.push(BigInt(rest[0]));
                return;
            case 'unblocked':
                this.unblockedNs = BigInt(rest[0]);
                return;
            case 'bye':
                this.#saidBye = true;
                return;
            case 'torn':
            case 'repeat':
                this.torn.push(line);
                return;
            case 'error':
                this.errors.push(rest.join(' '));
        }
    }
}
//# sourceMappingURL=side.js.map