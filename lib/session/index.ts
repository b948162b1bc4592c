/**
 * Session: an endpoint's life after it has joined.
 *
 * `session.ts` decides (news of the other side, reconnection, giving up), `link.ts` holds the segment, `inlet.ts` the channel that is read, `reconnect.ts`
 * looks for the next one, `retirement.ts` tells one that has given up of its successor, `state.ts` has the states and their errors, `gate.ts` lets calls pass while nothing has happened and `permit.ts` says what is allowed when
 * something has, `exit.ts` and `janitor.ts` close what is open when a thread ends, `opening.ts` remembers where it was
 * opened. Must not know how messages are waited for (`async/`) nor what the public class looks like.
 */
export { closeAtExit, forgetAtExit, stillOpen } from './exit.js';
export { Gate } from './gate.js';
export { Inlet } from './inlet.js';
export { Opening } from './opening.js';
export { Permit } from './permit.js';
export { Session } from './session.js';
export type { Reconnection, State } from './state.js';
export { type EshmStats, type StatsOptions, StatsTaker } from './stats.js';
