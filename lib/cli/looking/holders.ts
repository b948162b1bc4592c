import { readdirSync, statSync } from 'node:fs';
import { hasFile } from '../../store/index.js';
import type { ShmStat } from './objects.js';

/**
 * The processes here that have a file open or mapped, as far as this user may see: nobody counts them, and those of
 * another user or of another pid namespace stay unseen. Costs a look at every process.
 */
export function holdersOf({ path }: ShmStat): number[] {
  const file = path === undefined ? undefined : tryTo(() => statSync(path));
  if (file === undefined) return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => tryTo(() => hasFile(pid, file)) ?? false);
}

/** What `act` gives; `undefined` for what is gone, or that this user may not look into. */
function tryTo<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
