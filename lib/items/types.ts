/** What the values of items are on the wire, by their number there. */
export const TYPES = [
  'integer',
  'boolean',
  'real',
  'string',
  'binary',
  'event',
  'functionCall',
  'imageFrame',
] as const;

/**
 * What the value of an item is.
 *
 * @useDeclaredType
 */
export type ItemType = (typeof TYPES)[number];

/** The value of an item of a simple type, of an argument or of a result, as it is read. */
export type SimpleValue = bigint | boolean | number | string | Buffer;

/**
 * The value of an argument or a result, as it is given: a bigint is an integer, a number is a real (also a whole one),
 * bytes are binary.
 */
export type GivenSimpleValue = bigint | boolean | number | string | Uint8Array;

/** An item of a type that has a name. */
export interface TypedItem<Type extends ItemType, Value> {
  /** What the value is. */
  readonly type: Type;
  /** What the item is called. Nothing forbids two items of one key. */
  readonly key: string;
  /** The value itself. */
  readonly value: Value;
}

/** An item of a simple type, as it is read. Binary values have memory of their own. */
export type SimpleItem =
  | TypedItem<'integer', bigint>
  | TypedItem<'boolean', boolean>
  | TypedItem<'real', number>
  | TypedItem<'string', string>
  | TypedItem<'binary', Buffer>;

/** An item of a simple type, as it is given. An integer may be a number that is a whole one. */
export type GivenSimpleItem =
  | TypedItem<'integer', bigint | number>
  | TypedItem<'boolean', boolean>
  | TypedItem<'real', number>
  | TypedItem<'string', string>
  | TypedItem<'binary', Uint8Array>;

/** That something happened. */
export interface EventValue<Parameter = SimpleItem> {
  /** What happened. */
  readonly name: string;
  /** What there is to say about it; C++ programs write them in the order of a hash table. */
  readonly parameters: readonly Parameter[];
}

/** That a function is to be called, or was. */
export interface FunctionCallValue<Value = SimpleValue> {
  /** What to call. */
  readonly name: string;
  /** What to call it with. */
  readonly arguments: readonly Value[];
  /** What it returned; not there before it was called. A text that begins with `ERROR: ` says that it failed. */
  readonly result?: Value | undefined;
}

/** A picture. */
export interface ImageFrameValue<Data = Buffer, TimestampNs = bigint> {
  /** Pixels in a row, 0 to 2^32 - 1. */
  readonly width: number;
  /** Rows, 0 to 2^32 - 1. */
  readonly height: number;
  /** Values in a pixel, 0 to 2^32 - 1. */
  readonly channels: number;
  /** When it was taken, in ns of a clock that the two programs agree on; unsigned 64 bits. */
  readonly timestampNs: TimestampNs;
  /** The pixels. Their size is not checked against the three numbers. */
  readonly data: Data;
}

/**
 * An item of which this package knows no value: its type has a number of no meaning here, or its value is a text that is
 * no UTF-8 (which C++ programs may send). Written back, it goes out as it came.
 */
export interface UnknownItem {
  /** The number of the type on the wire; 0 to 7 are those that have names. */
  readonly type: number;
  /** What the item is called. */
  readonly key: string;
  /** The value as it is in the message: its tag, its length and its contents. */
  readonly bytes: Uint8Array;
}

/** An item as it is read. */
export type Item =
  | SimpleItem
  | TypedItem<'event', EventValue>
  | TypedItem<'functionCall', FunctionCallValue>
  | TypedItem<'imageFrame', ImageFrameValue>
  | UnknownItem;

/** An item as it is given to be written. Every {@link Item} is one. */
export type GivenItem =
  | GivenSimpleItem
  | TypedItem<'event', EventValue<GivenSimpleItem>>
  | TypedItem<'functionCall', FunctionCallValue<GivenSimpleValue>>
  | TypedItem<'imageFrame', ImageFrameValue<Uint8Array, bigint | number>>
  | UnknownItem;

/**
 * Whose bytes to write: `'c++'` those of the original's C++ encoder (and of Python's native wrapper of it), which pure
 * Python does not understand; `'python'` those of its pure Python encoder, which knows simple types only.
 *
 * @useDeclaredType
 */
export type Dialect = 'c++' | 'python';
