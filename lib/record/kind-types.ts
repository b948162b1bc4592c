/** What a kind is to the compiler: nothing of this exists at run time. */
export interface KindTypes<Snapshot, Given, Live, View> {
  /** What a read gives. */
  readonly snapshot: Snapshot;
  /** What a write takes. */
  readonly given: Given;
  /** What an accessor of `update` has. */
  readonly live: Live;
  /** What an accessor of `view` has. */
  readonly view: View;
}

/** Anything that has such types. */
export interface Typed<Snapshot, Given, Live, View> {
  /** For the compiler only; never there. */
  readonly types?: KindTypes<Snapshot, Given, Live, View>;
}

/**
 * What a field is: its bytes, and what they are to a program.
 *
 * `Snapshot` is what a read gives, `Given` what a write takes, `Live` what the accessors of `update` have, `View` what
 * those of `view` have.
 */
export interface Kind<Snapshot = unknown, Given = Snapshot, Live = Snapshot, View = Live> {
  /** Which kind it is: `u8`, `array`, `record`. */
  readonly type: string;
  /** Bytes it takes. */
  readonly size: number;
  /** The offset of such a field is a multiple of this under the layout `c`. */
  readonly align: number;
  /** For the compiler only; never there. */
  readonly types?: KindTypes<Snapshot, Given, Live, View>;
}

/** What a read gives for a field of this kind. */
export type SnapshotOf<K> = K extends Typed<infer S, infer _G, infer _L, infer _V> ? S : never;

/** What a write takes for a field of this kind. */
export type GivenOf<K> = K extends Typed<infer _S, infer G, infer _L, infer _V> ? G : never;

/** What an accessor of `update` has for a field of this kind. */
export type LiveOf<K> = K extends Typed<infer _S, infer _G, infer L, infer _V> ? L : never;

/** What an accessor of `view` has for a field of this kind: the same, to be read only. */
export type ViewOf<K> = K extends Typed<infer _S, infer _G, infer _L, infer V> ? V : never;

/** Names of the kinds that are one number, or one flag. */
export type ScalarName = 'u8' | 'u16' | 'u32' | 'u64' | 'i8' | 'i16' | 'i32' | 'i64' | 'f32' | 'f64' | 'bool';

/** One number of a fixed width, or a flag. */
export interface ScalarKind<T> extends Kind<T> {
  readonly type: ScalarName;
}

/** Names of the kinds that are one integer. */
export type IntegerName = Exclude<ScalarName, 'f32' | 'f64' | 'bool'>;

/** One integer of a fixed width: what an enumeration and a set of flags are on the wire. */
export interface IntegerKind<T extends number | bigint = number | bigint> extends ScalarKind<T> {
  /** Which of them. */
  readonly type: IntegerName;
}

/** One float. */
export interface FloatKind extends ScalarKind<number> {
  /** Which of them. */
  readonly type: 'f32' | 'f64';
}

/**
 * So many elements: a tuple, up to 64 of them; else an array.
 *
 * @typeParam T - what each is
 * @typeParam N - how many
 * @typeParam Begun - those that are there already; left out
 */
export type Elements<T, N extends number, Begun extends T[] = []> = number extends N
  ? T[]
  : Begun['length'] extends N
    ? Begun
    : Begun['length'] extends 64
      ? T[]
      : Elements<T, N, [...Begun, T]>;

/**
 * Elements whose number the compiler does not know, as those of a typed array or of `number[]`: they are counted when they
 * are written. An array of a known length is none of these.
 */
export type Uncounted<T> = ArrayLike<T> & {
  /** Where an array of a known length has its first element. */
  readonly 0?: never;
};

/** What is taken as so many elements: an array of that length, or one whose length the compiler does not know. */
export type GivenElements<T, N extends number> = Readonly<Elements<T, N>> | Uncounted<T>;

/**
 * The elements of an array field, in place, to be read. Indices work (`q[0]`), {@link at} is quicker.
 *
 * @typeParam Element - what an index gives
 * @typeParam Snapshot - what a snapshot has for it
 * @typeParam N - how many there are
 */
export interface ArrayView<Element, Snapshot = Element, N extends number = number> extends Iterable<Element> {
  readonly [index: number]: Element;
  /** Number of elements; fixed. */
  readonly length: number;
  /**
   * One element.
   *
   * @param index - from 0
   * @throws {RangeError} outside of the array
   */
  at(index: number): Element;
  /** A copy. */
  copy(): Elements<Snapshot, N>;
}

/**
 * The elements of an array field, in place. Indices work (`q[0]`), {@link at} and {@link put} are quicker.
 *
 * @typeParam Element - what an index gives
 * @typeParam Given - what it takes
 * @typeParam Snapshot - what a snapshot has for it
 * @typeParam N - how many there are
 */
export interface LiveArray<Element, Given = Element, Snapshot = Element, N extends number = number>
  extends ArrayView<Element, Snapshot, N> {
  [index: number]: Element;
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
  set(values: GivenElements<Given, N>): void;
}

/** So many elements of one kind, one after the other. */
export interface ArrayKind<K extends Kind = Kind, N extends number = number>
  extends Kind<
    Elements<SnapshotOf<K>, N>,
    GivenElements<GivenOf<K>, N>,
    LiveArray<LiveOf<K>, GivenOf<K>, SnapshotOf<K>, N>,
    ArrayView<ViewOf<K>, SnapshotOf<K>, N>
  > {
  readonly type: 'array';
  /** What each element is. */
  readonly of: K;
  /** How many there are. */
  readonly length: N;
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

/**
 * Bytes as they are.
 *
 * @typeParam N - how many
 */
export interface BytesKind<N extends number = number>
  extends Kind<
    Uint8Array,
    GivenElements<number, N>,
    LiveArray<number, number, number, N>,
    ArrayView<number, number, N>
  > {
  readonly type: 'bytes';
}

/** What a type of names and numbers is called where `eshm header` prints it. */
export interface NamedType {
  /** Its name in C, C++ and Python; `undefined` where it is called after record and field. */
  readonly name: string | undefined;
  /** The namespace that it is in, in C++; empty for none. */
  readonly namespace: string;
  /** Whether it is an `enum class` in C++. */
  readonly scoped: boolean;
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
> extends Kind<Names | Unknown>,
    NamedType {
  readonly type: 'enumeration';
  /** The integer that is on the wire. */
  readonly of: IntegerKind<Value>;
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
  extends Kind<(Names | Value)[], Iterable<Names | Value>, (Names | Value)[], readonly (Names | Value)[]>,
    NamedType {
  readonly type: 'flags';
  /** The integer that is on the wire. */
  readonly of: IntegerKind<Value>;
  /** The bits of each name, in the order of the declaration. */
  readonly values: Readonly<Record<Names, Value>>;
}
