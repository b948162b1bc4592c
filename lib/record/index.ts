/**
 * Record: payloads that are structs. A record is declared once and speaks for C++ and Python too; given to an endpoint,
 * `write` takes its values, reads give them, `update` and `view` work on its fields in place.
 *
 * Knows where fields lie and what their bytes are to a program. Must not know segments, sequences or endpoints.
 *
 * @module eshm/record
 */
/// <reference types="node" preserve="true" />

export type { AnyStruct, Placement, RecordLayout } from './declare.js';
export { record } from './define.js';
export {
  type ArrayKind,
  type ArrayView,
  array,
  type BytesKind,
  bool,
  bytes,
  type Elements,
  type EnumerationKind,
  type FlagsKind,
  type FloatKind,
  f32,
  f64,
  type GivenElements,
  type GivenOf,
  type IntegerKind,
  type IntegerName,
  type InvalidText,
  i8,
  i16,
  i32,
  i64,
  type Kind,
  type KindTypes,
  type LiveArray,
  type LiveOf,
  type NamedType,
  type ScalarKind,
  type ScalarName,
  type SnapshotOf,
  type TextEncoding,
  type TextKind,
  type TextOptions,
  type Typed,
  text,
  type Uncounted,
  u8,
  u16,
  u32,
  u64,
  type ViewOf,
} from './kinds.js';
export { type EnumerationOptions, enumeration, flags, type NamedOptions } from './named.js';
export {
  type AnyRecord,
  type Fields,
  isRecord,
  type RecordField,
  type RecordKind,
  type RecordOptions,
} from './record.js';
