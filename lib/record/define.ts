import { describe } from '../../layout/describe.js';
import { compile } from './declare.js';
import { fromStruct } from './from.js';
import type { GivenOf, Kind, LiveOf, SnapshotOf, ViewOf } from './kinds.js';
import { checkRecordOptions, type Fields, type RecordKind, type RecordOptions, recordOf } from './record.js';

/**
 * Declares a record: a struct as the C++ and Python programs on the channel have it.
 *
 * @param name - its name in C and Python, and in errors
 * @param fields - names and kinds, in the order of the struct; pairs where a program makes them
 * @param options - `layout`, `allowShorter` and `namespace`
 * @throws {TypeError | RangeError} for a name that JavaScript or C cannot have, a duplicate, or what is no kind
 *
 * @example
 * const Pose = record('Pose', { seq: u64, x: f64, y: f64, q: array(f32, 4), frame: text(16) });
 * Pose.size; // 56
 * Pose.offsets.q; // 24
 */
export function record<const F extends Fields>(
  name: string,
  fields: F | readonly (readonly [string, Kind])[],
  options: RecordOptions = {},
): RecordKind<
  // Types without names: the compiler says them as the struct that they are.
  { -readonly [N in keyof F]: SnapshotOf<F[N]> },
  { readonly [N in keyof F]: GivenOf<F[N]> },
  { -readonly [N in keyof F]: LiveOf<F[N]> },
  { readonly [N in keyof F]: ViewOf<F[N]> }
> {
  const checked = checkRecordOptions(name, options);
  if (typeof fields !== 'object' || fields === null) {
    throw new TypeError(`Cannot declare ${name}: fields is ${describe(fields)}, expected names and kinds`);
  }
  const pairs = Array.isArray(fields)
    ? (fields as readonly (readonly [string, Kind])[])
    : Object.entries(fields);
  return recordOf(name, compile(name, pairs, checked.layout), checked) as never;
}
/** {@link fromStruct}, as users write it. */
record.from = fromStruct;
