/**
 * What endpoints need of records, beside what users import: index.ts is public as it is.
 */
export { Incoming } from './incoming.js';
export {
  type AccessorsOf,
  type InOf,
  type OnlyWays,
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
export { Outgoing } from './outgoing.js';
export { noRecord, refuseNesting } from './refusals.js';
