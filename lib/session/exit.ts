/** Something that must be closed before its thread ends. */
interface Closable {
  close(): void;
}

const open = new Set<Closable>();

/**
 * Closes `endpoint` when its thread ends with it still open: after the last event, `process.exit()` or an uncaught
 * exception. Where a thread is terminated no line of it runs: threads/janitor.ts does it in its place. A kill cannot be
 * seen from inside; the peer sees it as stale.
 */
export function closeAtExit(endpoint: Closable): void {
  if (open.size === 0) process.on('exit', closeAll);
  open.add(endpoint);
}

/** Takes `endpoint` off again; leaves no listener behind with the last one. */
export function forgetAtExit(endpoint: Closable): void {
  open.delete(endpoint);
  if (open.size === 0) process.off('exit', closeAll);
}

function closeAll(): void {
  for (const endpoint of open) {
    try {
      endpoint.close();
    } catch (error) {
      process.emitWarning(error as Error);
    }
  }
}
