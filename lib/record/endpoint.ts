/**
 * What endpoints need of records, beside what users import: index.ts is public as it is.
 */
export { Incoming } from './incoming.js';
export {
  type AccessorsOf,
  type AnyCodec,
  type AtOnce,
  type EachWayHasARecordOrCodec,
  type InOf,
  type OneThingEachWay,
  type OnlyWays,
  type OutOf,
  type ReadOf,
  type RecordIn,
  type RecordOption,
  type RecordOut,
  type RecordPair,
  resolveRecords,
  type ThatWayHasARecord,
  type ViewedOf,
  type WaysOf,
  type WithoutCodec,
  type WithoutEncoding,
  type WriteOf,
} from './option.js';
export { Outgoing } from './outgoing.js';
export { noRecord, refuseNesting } from './refusals.js';
