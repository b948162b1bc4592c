/**
 * What endpoints need of records, beside what users import: index.ts is public as it is.
 */
export type { Incoming } from './incoming.js';
export {
  type AccessorsOf,
  type InOf,
  type OutOf,
  type ReadOf,
  type RecordIn,
  type RecordOption,
  type RecordOut,
  type RecordPair,
  resolveRecords,
  type ViewedOf,
  type WriteOf,
} from './option.js';
export type { Outgoing } from './outgoing.js';
export { refuseNesting } from './refusals.js';
export { noRecord, recordTraffic } from './traffic.js';
