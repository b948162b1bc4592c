/** What the tests of the peers share: channel names, waiting, and a look at the kernel's list of segments. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { PeerError, PeerProcess } from './peer-process.js';
export { sleep };
/** The live segments of /proc/sysvipc/shm. */
export function listSegments() {
    const rows = readFileSync('/proc/sysvipc/shm', 'utf8').trim().split('\n').slice(1);
    return rows.map((row) => {
        const [key, , perms, size, , , attached] = row.trim().split(/\s+/);
        return { key: Number(key), perms: perms ?? '', size: Number(size), attached: Number(attached) };
    });
}
let count = 0;
const names = new Set();
/** A channel name that no other test and no other run uses; cleanUp() takes away what it left. */
export function uniqueName(what = 'peers') {
    count += 1;
    const name = `test-${what}-${process.pid}-${Date.now().toString(36)}-${count}`;
    names.add(name);
    return name;
}
/** For an afterEach hook: ends every peer and removes the segments of this test's names, and no others. */
export async function cleanUp(peers) {
    await PeerProcess.killAll();
    const cleaner = PeerProcess.start(peers);
    for (const name of names)
        await cleaner.ask(`remove ${name}`);
    names.clear();
    await cleaner.quit();
}
/** Waits until `condition` holds; fails under a watchdog only, never for being slow. */
export async function until(what, condition) {
    const watchdog = Date.now() + 25_000;
    while (!(await condition())) {
        if (Date.now() > watchdog)
            throw new Error(`Never saw: ${what}`);
        await sleep(5);
    }
}
/** What `act` is refused with: the C API's number, or undefined when it succeeds. */
export async function refusal(act) {
    try {
        await act;
        return undefined;
    }
    catch (error) {
        if (error instanceof PeerError)
            return error.status;
        throw error;
    }
}
/**
 * Writes until the other side has read it: its reader counts from the start of each read, so one write may
 * fall between two of its reads.
 */
export async function pass(from, to, data) {
    let received;
    const reading = to.read(20_000).then((bytes) => {
        received = bytes;
    });
    while (received === undefined) {
        await from.write(data);
        await Promise.race([reading, sleep(5)]);
    }
    return received;
}
/** One write that the other side is surely waiting for. */
export async function passOnce(from, to, data) {
    const reading = to.read(20_000);
    await sleep(150); // the reader has no way to say that it waits
    await from.write(data);
    return reading;
}
/** Byte i = (step * i + start) mod 256, as the test vectors have it. */
export function pattern(length, step, start) {
    return Uint8Array.from({ length }, (_, i) => (step * i + start) & 255);
}
//# sourceMappingURL=helpers.js.map