import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { SoakReport } from './soak.js';

/** How much memory may come and go without being growth, in MB. */
const LEVEL_MB = 16;

/** Runs the soak in a child process, which is killed when `stop` is aborted; throws when it crashes or hangs. */
export async function soak(
  openings: number,
  reconnects: number,
  name: string,
  stop?: AbortSignal,
): Promise<SoakReport> {
  const script = fileURLToPath(new URL('./soak.js', import.meta.url));
  const args = ['--expose-gc', script, String(openings), String(reconnects), name];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    timeout: 600_000,
    killSignal: 'SIGKILL',
    ...(stop && { signal: stop }),
  });
  return JSON.parse(stdout);
}

/** What grew, in words; empty when nothing did. */
export function growthOf({ before, after }: SoakReport): string[] {
  const grown: string[] = [];
  for (const what of ['attachments', 'segments', 'threads', 'descriptors'] as const) {
    if (after[what] > before[what]) grown.push(`${what}: ${before[what]} before, ${after[what]} after`);
  }
  if (after.rssMb > before.rssMb + LEVEL_MB)
    grown.push(`memory: ${before.rssMb} MB before, ${after.rssMb} MB after`);
  return grown;
}
