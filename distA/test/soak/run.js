import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
/** How much memory may come and go without being growth, in MB. */
const LEVEL_MB = 16;
/** Runs the soak in a child process; throws when it crashes or hangs. */
export async function soak(openings, reconnects, name) {
    const script = fileURLToPath(new URL('./soak.js', import.meta.url));
    const args = ['--expose-gc', script, String(openings), String(reconnects), name];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
        timeout: 600_000,
        killSignal: 'SIGKILL',
    });
    return JSON.parse(stdout);
}
/** What grew, in words; empty when nothing did. */
export function growthOf({ before, after }) {
    const grown = [];
    for (const what of ['attachments', 'segments', 'threads', 'descriptors']) {
        if (after[what] > before[what])
            grown.push(`${what}: ${before[what]} before, ${after[what]} after`);
    }
    if (after.rssMb > before.rssMb + LEVEL_MB)
        grown.push(`memory: ${before.rssMb} MB before, ${after.rssMb} MB after`);
    return grown;
}
//# sourceMappingURL=run.js.map