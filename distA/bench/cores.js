import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
/**
 * Two cores of this process's own set for two processes that spin against each other: different ones, and not two
 * threads of one core where that can be had. The same two for TypeScript and C++.
 *
 * @returns `undefined` where there is one core only or no taskset: then nobody is pinned
 */
export function pickCores() {
    const allowed = parseCpuList(/^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
    const [first, ...others] = allowed;
    if (first === undefined || others.length === 0 || !isInstalled('taskset'))
        return undefined;
    const siblings = parseCpuList(read(`/sys/devices/system/cpu/cpu${first}/topology/thread_siblings_list`));
    return [first, others.find((core) => !siblings.includes(core)) ?? others[0]];
}
/** `0-2,5` is 0, 1, 2, 5. */
export function parseCpuList(list) {
    if (list === undefined || list.trim() === '')
        return [];
    return list.split(',').flatMap((part) => {
        const [from = 0, to = from] = part.split('-').map(Number);
        return Array.from({ length: to - from + 1 }, (_, i) => from + i);
    });
}
function read(path) {
    return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
}
/** Whether `program` can be run here. */
function isInstalled(program) {
    try {
        execFileSync(program, ['--version'], { stdio: 'ignore' });
        return true;
    }
    catch {
        return false;
    }
}
//# sourceMappingURL=cores.js.map