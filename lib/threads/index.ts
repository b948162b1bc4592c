/**
 * Threads: which threads of this process have which endpoints open, in memory that outlives a terminated thread.
 *
 * Knows threads and the few words by which an endpoint is told. Must not know how an endpoint is closed: that is
 * session/janitor.ts, which reads these entries.
 */
export type { EndpointEntry, EndpointFacts } from './entry.js';
export { isEnding, Registry } from './registry.js';
export { isRunning, type ThreadIdentity, thisThread } from './thread.js';
