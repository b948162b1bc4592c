import { PeerProcess } from '../peers/peer-process.js';
/** Every pairing with a TypeScript end, in both orders where it is TypeScript that writes. */
export const TORTURE_CASES = [
    { writer: 'typescript', reader: 'typescript', order: 'atomics' },
    { writer: 'typescript', reader: 'typescript', order: 'plain' },
    { writer: 'typescript', reader: 'c++', order: 'atomics' },
    { writer: 'typescript', reader: 'c++', order: 'plain' },
    { writer: 'c++', reader: 'typescript', order: 'atomics' },
    { writer: 'c++', reader: 'typescript', order: 'plain' },
];
/** `typescript -> c++, plain`. */
export function nameOf({ writer, reader, order }) {
    return `${writer} -> ${reader}, ${order}`;
}
/** Runs one case for `seconds` in channel `name`. The reader is the slave in one half of the time, then the master. */
export async function torture(peers, oneCase, seconds, name) {
    let [written, read, torn] = [0, 0, 0];
    for (const writes of ['master', 'slave']) {
        const found = await oneWay(peers, oneCase, seconds / 2, name, writes);
        written += found.written;
        read += found.read;
        torn += found.torn;
    }
    return { ...oneCase, written, read, torn };
}
async function oneWay(peers, { writer, reader, order }, seconds, name, writes) {
    const [from, to] = [PeerProcess.start(peers, writer), PeerProcess.start(peers, reader)];
    const option = (language) => (language === 'typescript' ? `order=${order}` : '');
    const open = {
        master: () => (writes === 'master' ? from : to).open('master', name, option(writes === 'master' ? writer : reader)),
        slave: () => (writes === 'slave' ? from : to).open('slave', name, option(writes === 'slave' ? writer : reader)),
    };
    await open.master();
    await open.slave();
    const watchdogMs = seconds * 1000 + 30_000;
    // The writer goes on a little longer than the reader looks.
    const [writing, reading] = await Promise.all([
        from.values(`torture-write ${seconds + 0.2} mixed`, watchdogMs),
        to.values(`torture-read ${seconds}`, watchdogMs),
    ]);
    const [slave, master] = writes === 'master' ? [to, from] : [from, to];
    await slave.quit();
    await master.quit();
    return { written: writing.messages ?? 0, read: reading.messages ?? 0, torn: reading.torn ?? 0 };
}
//# sourceMappingURL=torture.js.map