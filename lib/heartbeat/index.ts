/**
 * Heartbeat: one worker per thread that opens endpoints; it beats for them, watches the other sides and wakes who waits.
 *
 * The two threads share a table (`table.ts`) and nothing else. Knows counts that move or stand still. Must not know what
 * an endpoint does about it.
 */
export { heartbeat, type Registration } from './heartbeat.js';
export { Armed, type Pace, Peer } from './table.js';
export { Watch } from './watch.js';
