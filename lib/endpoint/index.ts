/**
 * Endpoint: one end of a channel as programs see it.
 *
 * One class in three files, each built on the one before: `sync.ts` has what is done when it returns, with the hot path;
 * `async.ts` what is waited for; `eshm.ts` how an endpoint is opened and closed. `core.ts` is what the three share,
 * `callbacks.ts` runs a program's callbacks over mapped memory. The work is done in the rooms below: here are arguments,
 * order and documentation.
 */
export { Eshm, type OpenEndpoint, type WrittenBy } from './eshm.js';
export type { EshmOf } from './eshm-of.js';
