/** What a kind is to the compiler: nothing of this exists at run time. */
export interface KindTypes<Snapshot, Given, Live> {
  /** What a read gives. */
  readonly snapshot: Snapshot;
  /** What a write takes. */
  readonly given: Given;
  /** What an accessor has. */
  readonly live: Live;
}

/** Anything that has such types. */
export interface Typed<Snapshot, Given, Live> {
  /** For the compiler only; never there. */
  readonly types?: KindTypes<Snapshot, Given, Live>;
}

/**
 * What a field is: its bytes, and what they are to a program.
 *
 * `Snapshot` is what a read gives, `Given` what a write takes, `Live` what the accessors of `update` and `view` have.
 */
export interface Kind<Snapshot = unknown, Given = Snapshot, Live = Snapshot> {
  /** Which kind it is: `u8`, `array`, `record`. */
  readonly type: string;
  /** Bytes it takes. */
  readonly size: number;
  /** The offset of such a field is a multiple of this under the layout `c`. */
  readonly align: number;
  /** For the compiler only; never there. */
  readonly types?: KindTypes<Snapshot, Given, Live>;
}

/** What a read gives for a field of this kind. */
export type SnapshotOf<K> = K extends Typed<infer S, infer _G, infer _L> ? S : never;

/** What a write takes for a field of this kind. */
export type GivenOf<K> = K extends Typed<infer _S, infer G, infer _L> ? G : never;

/** What an accessor has for a field of this kind. */
export type LiveOf<K> = K extends Typed<infer _S, infer _G, infer L> ? L : never;

/** Names of the kinds that are one number, or one flag. */
export type ScalarName = 'u8' | 'u16' | 'u32' | 'u64' | 'i8' | 'i16' | 'i32' | 'i64' | 'f32' | 'f64' | 'bool';

/** One number of a fixed width, or a flag. */
export interface ScalarKind<T> extends Kind<T> {
  readonly type: ScalarName;
}

/**
 * The elements of an array field, in place. Indices work (`q[0]`), {@link at} and {@link put} are quicker.
 *
 * @typeParam Element - what an index gives
 * @typeParam Given - what it takes
 * @typeParam Snapshot - what a snapshot has for it
 */
export interface LiveArray<Element, Given = Element, Snapshot = Element> extends Iterable<Element> {
  [index: number]: Element;
  /** Number of elements; fixed. */
  readonly length: number;
  /**
   * One element.
   *
   * @param index - from 0
   * @throws {RangeError} outside of the array
   */
  at(index: number): Element;
  /**
   * Sets one element.
   *
   * @param index - from 0
   * @param value - as any field of this kind takes it
   * @throws {RangeError} outside of the array, and for a value out of range
   * @throws {TypeError} for a value of the wrong type
   */
  put(index: number, value: Given): void;
  /**
   * Sets all elements.
   *
   * @param values - as many as there are
   * @throws {RangeError} for another number of them
   */
  set(values: ArrayLike<Given>): void;
  /** A copy. */
  copy(): Snapshot[];
}

/** So many elements of one kind, one after the other. */
export interface ArrayKind<K extends Kind = Kind>
  extends Kind<SnapshotOf<K>[], ArrayLike<GivenOf<K>>, LiveArray<LiveOf<K>, GivenOf<K>, SnapshotOf<K>>> {
  readonly type: 'array';
  /** What each element is. */
  readonly of: K;
  /** How many there are. */
  readonly length: number;
}

/** What the bytes of a text stand for. */
export type TextEncoding = 'utf-8' | 'latin1';

/** What becomes of a text whose bytes are not of its encoding: they are given as they are, or the message is refused. */
export type InvalidText = 'bytes' | 'refuse';

/**
 * Text, ended by NUL where it is shorter than its field.
 *
 * @typeParam Invalid - what a read gives for bytes that are no text: Uint8Array, or nothing where there are none such
 */
export interface TextKind<Invalid = Uint8Array>
  extends Kind<string | Invalid, string | Uint8Array, string | Invalid> {
  readonly type: 'text';
  /** What its bytes stand for. */
  readonly encoding: TextEncoding;
  /** What becomes of bytes that stand for nothing in that encoding. */
  readonly invalid: InvalidText;
}

/** Bytes as they are. */
export interface BytesKind extends Kind<Uint8Array, ArrayLike<number>, LiveArray<number>> {
  readonly type: 'bytes';
}

/**
 * One of a set of names, each a number on the wire.
 *
 * @typeParam Names - the names
 * @typeParam Value - what the integer is: number, or bigint for one of 64 bits
 * @typeParam Unknown - what stands for a number without a name: that number, or nothing where it is refused
 */
export interface EnumerationKind<
  Names extends string = string,
  Value extends number | bigint = number | bigint,
  Unknown = Value,
> extends Kind<Names | Unknown> {
  readonly type: 'enumeration';
  /** The integer that is on the wire. */
  readonly of: ScalarKind<Value>;
  /** The number of each name, in the order of the declaration. */
  readonly values: Readonly<Record<Names, Value>>;
  /** Whether a number without a name is refused. */
  readonly closed: boolean;
}

/**
 * A set of names, each a bit or several of one integer.
 *
 * @typeParam Names - the names
 * @typeParam Value - what the integer is: number, or bigint for one of 64 bits
 */
export interface FlagsKind<Names extends string = string, Value extends number | bigint = number | bigint>
  extends Kind<(Names | Value)[], Iterable<Names | Value>, (Names | Value)[]> {
  readonly type: 'flags';
  /** The integer that is on the wire. */
  readonly of: ScalarKind<Value>;
  /** The bits of each name, in the order of the declaration. */
  readonly values: Readonly<Record<Names, Value>>;
}
