/**
 * Drives eshm_peer, peer.py or typescript/peer.ts: one command line in, one answer line out.
 *
 * Every answer is awaited under a watchdog, so that a peer that hangs fails the test instead of the run.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
/** The compiled TypeScript peer, beside this file. */
const TYPESCRIPT_PEER = fileURLToPath(new URL('./typescript/peer.js', import.meta.url));
export class PeerError extends Error {
    name = 'PeerError';
    /** The C API's number, where the peer gave one. */
    status;
    constructor(command, answer) {
        super(`Peer refused \`${command.slice(0, 80)}\`: ${answer}`);
        const number = Number.parseInt(answer.replace(/^error /, ''), 10);
        this.status = Number.isNaN(number) ? undefined : number;
    }
}
export class PeerProcess {
    static #alive = new Set();
    #child;
    #waiting = [];
    #exited;
    #stderr = '';
    #gone;
    static start(peers, language = 'c++') {
        switch (language) {
            case 'c++':
                return new PeerProcess(peers.peer, [], peers.env);
            case 'python':
                return new PeerProcess(peers.python, [join(peers.pythonDir, 'peer.py')], peers.env);
            case 'typescript':
                return new PeerProcess(process.execPath, [TYPESCRIPT_PEER], peers.env);
        }
    }
    /** Ends whatever a failed test left running: for an afterEach hook. */
    static async killAll() {
        await Promise.all([...PeerProcess.#alive].map((peer) => peer.kill()));
    }
    constructor(program, args, env) {
        this.#child = spawn(program, args, { env, stdio: 'pipe' });
        PeerProcess.#alive.add(this);
        this.#exited = new Promise((resolve) => this.#child.once('close', resolve));
        this.#child.stdin.on('error', () => { }); // a dead peer is reported through its exit
        this.#child.stderr.setEncoding('utf8').on('data', (text) => {
            this.#stderr += text;
        });
        createInterface({ input: this.#child.stdout }).on('line', (line) => this.#answered(line));
        this.#child.once('error', (error) => this.#fail(error));
        this.#child.once('close', (code, signal) => {
            PeerProcess.#alive.delete(this);
            this.#fail(new Error(`Peer ended: code ${code}, signal ${signal}. ${this.#stderr}`.trim()));
        });
    }
    get pid() {
        return this.#child.pid ?? -1;
    }
    /** Sends one line and gives the answer line; `error ...` answers too. Commands may be sent ahead. */
    ask(line, watchdogMs = 30_000) {
        if (this.#gone)
            return Promise.reject(this.#gone);
        return new Promise((resolve, reject) => {
            const watchdog = setTimeout(() => {
                this.#fail(new Error(`Peer gave no answer to \`${line.slice(0, 80)}\` in ${watchdogMs} ms. ${this.#stderr}`));
                this.#child.kill('SIGKILL');
            }, watchdogMs);
            this.#waiting.push({ resolve, reject, watchdog });
            this.#child.stdin.write(`${line}\n`);
        });
    }
    /** Sends one line and gives the answer line; throws PeerError for an `error` answer. */
    async command(line, watchdogMs) {
        const answer = await this.ask(line, watchdogMs);
        if (answer.startsWith('error '))
            throw new PeerError(line, answer);
        return answer;
    }
    /** Runs a command whose answer is `WORD key=value ...` and gives the values. */
    async values(line, watchdogMs) {
        const pairs = (await this.command(line, watchdogMs)).split(' ').slice(1);
        return Object.fromEntries(pairs.map((pair) => [pair.split('=')[0] ?? '', Number(pair.split('=')[1])]));
    }
    /** Opens a channel; the name may be any string. */
    open(role, name, options = '') {
        return this.command(`open ${role} ${encodeURIComponent(name)} ${options}`);
    }
    write(data) {
        return this.command(`write ${Buffer.from(data).toString('hex') || '-'}`);
    }
    async read(timeoutMs) {
        const hex = (await this.command(`read ${timeoutMs}`, timeoutMs + 30_000)).slice('data '.length);
        return Buffer.from(hex === '-' ? '' : hex, 'hex');
    }
    async isRemoteAlive() {
        return (await this.command('alive')) === 'alive 1';
    }
    async staleCount() {
        return Number((await this.command('stale-count')).split(' ')[1]);
    }
    /** The whole segment, read past the library (C++ peer only). */
    async dump(name) {
        const line = name === undefined ? 'dump' : `dump ${encodeURIComponent(name)}`;
        return Buffer.from((await this.command(line)).slice('dump '.length), 'hex');
    }
    signal(signal) {
        this.#child.kill(signal);
    }
    /** Ends the process at once, by SIGKILL unless told; resolves when it is gone. */
    async kill(signal = 'SIGKILL') {
        this.#child.kill(signal);
        await this.#exited;
    }
    /** Closes the channel and ends the process in good order. */
    async quit() {
        if (!this.#gone)
            await this.ask('quit').catch(() => { });
        this.#child.stdin.end();
        await this.#exited;
    }
    [Symbol.asyncDispose]() {
        return this.quit();
    }
    #answered(line) {
        const next = this.#waiting.shift();
        if (next === undefined)
            return;
        clearTimeout(next.watchdog);
        next.resolve(line);
    }
    #fail(error) {
        this.#gone ??= error;
        for (const { reject, watchdog } of this.#waiting.splice(0)) {
            clearTimeout(watchdog);
            reject(error);
        }
    }
}
//# sourceMappingURL=peer-process.js.map