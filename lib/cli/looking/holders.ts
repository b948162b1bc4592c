import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { ShmStat } from './objects.js';

/**
 * The processes here that have a file open or mapped, as far as this user may see: nobody counts them, and those of
 * another user or of another pid namespace stay unseen. Costs a look at every process.
 */
export function holdersOf({ path, id }: ShmStat): number[] {
  if (path === undefined) return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const held = ` ${id} `;
  return pids.filter((pid) => hasMapped(pid, held, `${path}`) || hasOpen(pid, `${path}`)).map(Number);
}

/** A line of `maps` has the inode before the path. */
function hasMapped(pid: string, held: string, path: string): boolean {
  const text = tryTo(() => readFileSync(`/proc/${pid}/maps`, 'latin1'));
  const name = Buffer.from(path).toString('latin1');
  return text?.split('\n').some((line) => line.includes(held) && line.endsWith(name)) ?? false;
}

function hasOpen(pid: string, path: string): boolean {
  const fds = tryTo(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
  return fds.some((fd) => tryTo(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) === path);
}

/** What `act` gives; `undefined` for a process that has ended, or that this user may not look into. */
function tryTo<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
