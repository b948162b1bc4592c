/** What the tests of the asynchronous half share: endpoints that are closed after the test, and child processes. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Eshm } from '../../../lib/index.js';
import { until } from '../../peers/helpers.js';
const open = new Set();
const children = new Set();
let names = 0;
/** A channel name that nobody else uses. */
export function channelName() {
    names += 1;
    return `test-async-${process.pid}-${Date.now().toString(36)}-${names}`;
}
/** Has `endpoint` closed after the test. */
export function closeLater(endpoint) {
    open.add(endpoint);
    return endpoint;
}
/** A master and a slave in this process. */
export function openPair(options = {}, name = channelName()) {
    const master = closeLater(Eshm.open(name, { ...options, role: 'master' }));
    const slave = closeLater(Eshm.open(name, { ...options, role: 'slave' }));
    return { name, master, slave };
}
/**
 * A master whose peer in another process takes it for stale late: a busy machine can stop a process for the usual
 * 100 ms. Closed after the test.
 */
export function openMaster(name) {
    return closeLater(Eshm.open(name, { role: 'master', staleThresholdMs: 10_000 }));
}
/** Starts child.js in `mode`; its messages come by IPC. */
export function startChild(mode, ...args) {
    const child = fork(fileURLToPath(new URL('./child.js', import.meta.url)), [mode, ...args.map(String)], {
        execArgv: [],
    });
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
}
/** The next message of a child, or an error when it ends without one. */
export async function answerOf(child) {
    const end = new AbortController();
    try {
        return await Promise.race([
            once(child, 'message', { signal: end.signal }).then(([message]) => message),
            once(child, 'exit', { signal: end.signal }).then(([code, signal]) => {
                throw new Error(`Child ended without an answer: code ${code}, signal ${signal}`);
            }),
        ]);
    }
    finally {
        end.abort();
    }
}
/** Ends a child at once. */
export async function kill(child) {
    if (child.exitCode !== null || child.signalCode !== null)
        return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
}
/** Waits until the other side of `endpoint` lives. */
export function peerOf(endpoint) {
    return until('the other side', () => endpoint.remoteAlive);
}
/** For an afterEach hook. */
export async function closeAll() {
    await Promise.all([...children].map(kill));
    for (const endpoint of open)
        endpoint.close();
    open.clear();
}
//# sourceMappingURL=endpoints.js.map