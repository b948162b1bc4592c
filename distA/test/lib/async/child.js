/** Child processes of the asynchronous tests: `child.js MODE NAME ...`. */
import { appendFileSync, openSync, readFileSync, writeSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { sleepSync } from '../../../lib/idle/index.js';
import { Eshm } from '../../../lib/index.js';
const [mode = '', name = '', first = '', second = ''] = process.argv.slice(2);
const tell = (message) => new Promise((resolve) => process.send?.(message, resolve));
const modes = {
    /** Reads COUNT numbered messages and tells what was wrong with their order. */
    async count() {
        const slave = await Eshm.connect(name);
        let [messages, lost, repeated, backward, last, missed] = [0, 0, 0, 0, -1, 0];
        for await (const message of slave.messages()) {
            const number = message.data.readUInt32LE(0);
            messages += 1;
            missed += message.missed;
            if (number === last)
                repeated += 1;
            else if (number < last)
                backward += 1;
            else
                lost += number - last - 1;
            last = number;
            if (last === Number(first) - 1)
                break;
        }
        await tell({ messages, lost, repeated, backward, missed, last });
        slave.close();
    },
    /** Notes the number of every message in FILE before it counts it as read; is killed from outside. */
    async record() {
        const slave = await Eshm.connect(name);
        const file = openSync(first, 'a');
        let noted = -1;
        const note = (message) => {
            const number = message.readUInt32LE(0);
            if (number !== noted)
                writeSync(file, message, 0, 4);
            noted = number;
            return number;
        };
        for (let counted = -1;; await new Promise(setImmediate)) {
            const seen = slave.peek();
            // Counted only once it is noted: the sender then puts the next one in its place.
            if (seen === undefined || note(seen) === counted)
                continue;
            const message = slave.tryRead();
            // In a restarted reader the sender may have gone on meanwhile.
            if (message !== undefined)
                counted = note(message);
        }
    },
    /** Waits for one message and tells it; nothing but the read keeps it alive. */
    async one() {
        const slave = await Eshm.connect(name);
        process.channel?.unref();
        const message = await slave.read({ timeoutMs: Number.POSITIVE_INFINITY });
        appendFileSync(first, message);
    },
    /** Uses every way to wait, closes nothing, and must end by itself. */
    async forget() {
        const slave = await Eshm.connect(name);
        process.channel?.unref();
        await slave.read({ timeoutMs: 20 }).catch(() => { });
        await slave.send('nobody reads', { timeoutMs: 20 }).catch(() => { });
        const iterator = slave[Symbol.asyncIterator]();
        const waiting = iterator.next();
        setTimeout(() => iterator.return?.(), 20);
        await waiting;
    },
    /** Writes about PER_SECOND messages a second for SECONDS. */
    async write() {
        const slave = await Eshm.connect(name);
        const message = Buffer.alloc(64);
        const start = performance.now();
        let written = 0;
        for (let passed = 0; passed < Number(second) * 1000; passed = performance.now() - start) {
            if (written < (passed * Number(first)) / 1000) {
                message.writeUInt32LE(written, 0);
                slave.write(message);
                written += 1;
            }
            else
                sleepSync(0.001);
        }
        await tell({ written });
        slave.close();
    },
    /** Reads by `for await` for SECONDS, and tells how the event loop fared; `second` = idle reads nothing. */
    async delay() {
        const master = Eshm.open(name, { role: 'master', staleThresholdMs: 10_000 });
        const leave = new AbortController();
        const histogram = monitorEventLoopDelay({ resolution: 1 });
        let read = 0;
        await tell('open');
        if (second !== 'idle')
            await master.read({ timeoutMs: 20_000 });
        histogram.enable();
        setTimeout(() => leave.abort(), Number(first) * 1000);
        try {
            if (second === 'idle')
                await new Promise((resolve) => leave.signal.addEventListener('abort', resolve));
            else
                for await (const _ of master.messages({ signal: leave.signal }))
                    read += 1;
        }
        catch (error) {
            if (!leave.signal.aborted)
                throw error;
        }
        histogram.disable();
        await tell({ read, p99Ms: histogram.percentile(99) / 1e6, seconds: Number(first) });
        master.close();
    },
    /** Answers every message with itself. */
    async echo() {
        const slave = await Eshm.connect(name);
        for await (const message of slave) {
            slave.write(message);
            if (message.length === 0)
                break;
        }
        slave.close();
    },
};
/** The numbers that the mode `record` noted. */
export function recorded(file) {
    const bytes = readFileSync(file);
    return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32LE(4 * i));
}
const run = modes[mode];
if (process.send !== undefined && run !== undefined) {
    await run();
    process.disconnect?.();
}
//# sourceMappingURL=child.js.map