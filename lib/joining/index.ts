/**
 * Joining: how an endpoint finds its place in a segment, and how it leaves it.
 *
 * One way down: `connect.ts` waits for a master that `search.ts` looks for, `start.ts` decides what a role does with what
 * it finds, `judge.ts` says what a segment is and who lives in it, `enter.ts` marks it; `leave.ts` is the end. Knows the
 * header and the kernel's segments. Must not know the life in between: no messages, no reconnection, no endpoint.
 */
export { type ConnectOptions, connect } from './connect.js';
export { checkMark, type Place } from './enter.js';
export { checkOwner, faultNow, faultOf, LONGEST_GRACE_MS, lives } from './judge.js';
export { type Departure, leave } from './leave.js';
export { findPlace } from './start.js';
