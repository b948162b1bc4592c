import { debuglog } from 'node:util';
import type { Opening } from './opening.js';

/** Something that must be closed before its thread ends. */
export interface Closable {
  readonly name: string;
  readonly role: string;
  close(): void;
}

const open = new Map<Closable, Opening>();

/** Speaks under `NODE_DEBUG=eshm` only. */
const debug = debuglog('eshm');

/**
 * Closes `endpoint` when its thread ends with it still open: after the last event, `process.exit()` or an uncaught
 * exception. A terminated thread runs no line more: janitor.ts does it in its place. A kill cannot be
 * seen from inside; the peer sees it as stale.
 */
export function closeAtExit(endpoint: Closable, opening: Opening): void {
  if (open.size === 0) process.on('exit', closeAll);
  open.set(endpoint, opening);
}

/** Takes `endpoint` off again; leaves no listener behind with the last one. */
export function forgetAtExit(endpoint: Closable): void {
  open.delete(endpoint);
  if (open.size === 0) process.off('exit', closeAll);
}

/** What is open in this thread and where it was opened, the oldest first. */
export function stillOpen(): readonly (readonly [endpoint: Closable, opening: Opening])[] {
  return [...open];
}

function closeAll(): void {
  for (const [endpoint, opening] of open) {
    debug("'%s' (%s) is open at the end; opened at %s", endpoint.name, endpoint.role, opening.calls[0]);
    try {
      endpoint.close();
    } catch (error) {
      process.emitWarning(error as Error);
    }
  }
}
