import { readFileSync } from 'node:fs';
import { escapeText } from './printing/text.js';

/** The text of a file, trimmed, or `undefined` where it cannot be read. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/**
 * The name of a process, safe to print; `undefined` when there is none under this id here. An id from another pid
 * namespace (a container) can meet an unrelated process.
 */
export function processName(pid: number): string | undefined {
  if (pid <= 0) return undefined;
  const name = readText(`/proc/${pid}/comm`);
  return name === undefined ? undefined : escapeText(name);
}

let users: Map<number, string> | undefined;

/** The name of a user of this machine, or the number where `/etc/passwd` has none. */
export function userName(uid: number): string {
  if (users === undefined) {
    users = new Map();
    for (const line of (readText('/etc/passwd') ?? '').split('\n')) {
      const [name, , id] = line.split(':');
      if (name && id && !users.has(Number(id))) users.set(Number(id), escapeText(name));
    }
  }
  return users.get(uid) ?? `${uid}`;
}
