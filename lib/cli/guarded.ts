import { EshmError, translate } from '../errors.js';
import { errorInShellWords } from './talking/open-options.js';

/**
 * Wraps a subcommand's action, so that a failed system call, and a kernel's table that cannot be read, ends as one line
 * that says what was attempted, and never as a stack trace; what the library says is in the words of the command line.
 */
export function guarded<Args extends unknown[]>(
  action: string,
  run: (...args: Args) => void | Promise<void>,
): (...args: Args) => Promise<void> {
  return async (...args) => {
    try {
      await run(...args);
    } catch (error) {
      const told = unreadTable(error, action) ?? translate(error, 'ESHM_SHM_ATTACH', action);
      throw told instanceof EshmError ? errorInShellWords(told) : told;
    }
  };
}

/** The error for a file of `/proc` that could not be read, which lists the segments; `undefined` for any other. */
function unreadTable(error: unknown, action: string): EshmError | undefined {
  // Node's permission model calls the path a resource.
  const { code, path, resource = path } = (error ?? {}) as Record<string, unknown>;
  if (typeof resource !== 'string' || !resource.startsWith('/proc/')) return undefined;
  return new EshmError(
    'ESHM_UNSUPPORTED',
    `Cannot ${action}: ${resource} cannot be read (${code}), expected the kernel's table of all segments; mount /proc, or let this process read it`,
    { cause: error },
  );
}
