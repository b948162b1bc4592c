import { readFileSync } from 'node:fs';
import { escapeText } from './text.js';
/** The text of a file, trimmed, or `undefined` where it cannot be read. */
export function readText(path) {
    try {
        return readFileSync(path, 'utf8').trim();
    }
    catch {
        return undefined;
    }
}
/**
 * The name of a process, safe to print; `undefined` when there is none under this id here. An id from another pid
 * namespace (a container) can meet an unrelated process.
 */
export function processName(pid) {
    if (pid <= 0)
        return undefined;
    const name = readText(`/proc/${pid}/comm`);
    return name === undefined ? undefined : escapeText(name);
}
let users;
/** The name of a user of this machine, or the number where `/etc/passwd` has none. */
export function userName(uid) {
    if (users === undefined) {
        users = new Map();
        for (const line of (readText('/etc/passwd') ?? '').split('\n')) {
            const [name, , id] = line.split(':');
            if (name && id && !users.has(Number(id)))
                users.set(Number(id), escapeText(name));
        }
    }
    return users.get(uid) ?? `${uid}`;
}
//# sourceMappingURL=system.js.map