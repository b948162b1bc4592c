/**
 * Joining: how an endpoint finds its place in a segment, and how it leaves it.
 *
 * One way down: `connect.ts` waits for a master that `place-search.ts` looks for in both kinds of memory, in each by
 * `search.ts`; `start.ts` decides what a role does with what it finds, `sites.ts` in which kind of memory, `judge.ts` says
 * what is there and who lives in it, `enter.ts` marks it; `leave.ts` is the end. Knows the header and the store. Must not
 * know the life in between: no messages, no reconnection, no endpoint.
 */
export { type ConnectOptions, connect } from './connect.js';
export { checkMark, type Place } from './enter.js';
export { faultNow, faultOf, LONGEST_GRACE_MS, lives } from './judge.js';
export { type Departure, leave } from './leave.js';
export { type Sites, siteOfMaster, sitesFor, withOtherPlace } from './sites.js';
export { findPlace, startSteps } from './start.js';
