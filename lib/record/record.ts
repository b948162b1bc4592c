import { isUint8Array } from 'node:util/types';
import { describe } from '../../layout/describe.js';
import { lengthOf } from '../channel/index.js';
import { EshmError } from '../errors.js';
import type { AnyStruct, Compiled, RecordLayout } from './declare.js';
import { asKind, isKind, type Kind } from './kinds.js';
import { ownMemory } from './memory.js';
import { checkNamespace } from './names.js';
import { type PlacedField, recordPort } from './ports.js';
import type { Port } from './scalars.js';
import { structOf } from './typed-struct.js';

/** The fields of a record, in their order: names and kinds. */
export type Fields = Readonly<Record<string, Kind>>;

/** Options of {@link record}. */
export interface RecordOptions {
  /**
   * How fields are placed; `'c'` by default: as C compilers do. `'packed'`: one after the other. A {@link Placement}
   * says it of each.
   */
  readonly layout?: RecordLayout;
  /** Take messages that are shorter than the record; what is missing is 0. For peers of an older version. */
  readonly allowShorter?: boolean;
  /** The namespace that `eshm header` puts the struct in for C++: `'robot'`, `'robot::arm'`; none by default. */
  readonly namespace?: string;
}

/**
 * A record: the struct that the messages of a channel are. Made by {@link record}. It can be a field of others, too.
 *
 * Constant, but not to be handed to another thread: each declares its own.
 */
export interface RecordKind<Snapshot = unknown, Given = Snapshot, Live = Snapshot, View = Live>
  extends Kind<Snapshot, Given, Live, View> {
  readonly type: 'record';
  /** Its name, as C and Python have it and as errors say it. */
  readonly name: string;
  /** Every field with its kind and its offset, in their order. */
  readonly fields: readonly RecordField[];
  /** Bytes from the start of the record to each field. */
  readonly offsets: Readonly<Record<string & keyof Snapshot, number>>;
  /** How its fields are placed. */
  readonly layout: RecordLayout;
  /** Whether a message may be shorter. */
  readonly allowShorter: boolean;
  /** The namespace of the struct in C++; empty for none. */
  readonly namespace: string;
  /**
   * A compiled typed-struct with the same fields at the same offsets; made when it is asked for.
   *
   * Getting it throws an Error where typed-struct is not there: in a bundle that was moved away from its node_modules.
   */
  readonly struct: AnyStruct;
  /**
   * The bytes of a value; those between fields are 0.
   *
   * @param value - all fields
   * @returns a copy of its own, `size` bytes
   * @throws {TypeError} for a field that is missing or of the wrong type, and for a plain object with one that there is not
   * @throws {RangeError} for a value out of range
   */
  encode(value: Given): Uint8Array;
  /**
   * The value in a message: a plain object that shares no memory with it.
   *
   * @param bytes - the message
   * @throws {TypeError} for what is no Uint8Array
   * @throws {EshmError} ESHM_CORRUPT for another number of bytes, or a number without a name in a closed enumeration, or
   * what is no text where `invalid` is `'refuse'`
   */
  decode(bytes: Uint8Array): Snapshot;
}

/** A field of a record, and where it lies. */
export interface RecordField extends PlacedField {}

/** A record, whatever its fields. */
// biome-ignore lint/suspicious/noExplicitAny: what is given is contravariant, and this is any record
export type AnyRecord = RecordKind<any, any, any, any>;

/** Memory for one value, and the port to it: made at the first use, because most records are only part of others. */
interface Scratch {
  readonly bytes: Uint8Array;
  readonly port: Port<object>;
}

/** What a record keeps of its options as it is. */
type KeptOptions = Pick<Required<RecordOptions>, 'allowShorter' | 'namespace'>;

class CompiledRecord implements RecordKind {
  readonly type = 'record';
  readonly name: string;
  readonly size: number;
  readonly align: number;
  readonly fields: readonly RecordField[];
  readonly offsets: Readonly<Record<string, number>>;
  readonly layout: RecordLayout;
  readonly allowShorter: boolean;
  readonly namespace: string;
  #scratch: Scratch | undefined;
  #struct: AnyStruct | undefined;

  constructor(name: string, compiled: Compiled, options: KeptOptions, struct?: AnyStruct) {
    this.name = name;
    this.size = compiled.size;
    this.align = compiled.align;
    this.fields = compiled.fields;
    this.offsets = Object.freeze(
      Object.fromEntries(compiled.fields.map((field) => [field.name, field.offset])),
    );
    this.layout = compiled.layout;
    this.allowShorter = options.allowShorter;
    this.namespace = options.namespace;
    this.#struct = struct;
    asKind(this);
    Object.freeze(this);
  }

  get struct(): AnyStruct {
    this.#struct ??= structOf(this.name, this.fields, this.size);
    return this.#struct;
  }

  encode(value: unknown): Uint8Array {
    const { bytes, port } = this.#memory;
    port.set(value as never);
    return bytes.slice();
  }

  decode(message: Uint8Array): unknown {
    if (!isUint8Array(message)) {
      throw new TypeError(`Cannot decode ${this.name}: bytes is ${describe(message)}, expected a Uint8Array`);
    }
    const size = lengthOf(message);
    checkSize(this, size);
    const { bytes, port } = this.#memory;
    bytes.fill(0, size);
    bytes.set(message);
    try {
      return port.copy();
    } finally {
      // Bytes between fields are never those of a message.
      bytes.fill(0);
    }
  }

  get #memory(): Scratch {
    if (this.#scratch === undefined) {
      const memory = ownMemory(this.size, this.name);
      memory.life.isAlive = true;
      this.#scratch = { bytes: memory.now.u8, port: recordPort(this, memory, 0, this.name) };
    }
    return this.#scratch;
  }
}

/**
 * @throws {EshmError} ESHM_CORRUPT where a message of `size` bytes cannot be a `record`
 */
export function checkSize(record: Pick<AnyRecord, 'name' | 'size' | 'allowShorter'>, size: number): void {
  if (size === record.size || (record.allowShorter && size < record.size)) return;
  const most = record.allowShorter ? ' at most' : '';
  throw new EshmError(
    'ESHM_CORRUPT',
    `Cannot read ${record.name}: the message has ${size} bytes, expected ${record.size}${most}; the writer has another declaration of it`,
  );
}

/**
 * Whether `value` is a record that this package made.
 *
 * @param value - anything
 */
export function isRecord(value: unknown): value is AnyRecord {
  return isKind(value) && value.type === 'record';
}

/** What `record.from` and `record` have in common. */
export function checkRecordOptions(name: string, options: RecordOptions): Required<RecordOptions> {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`Cannot declare ${name}: options is ${describe(options)}, expected an object`);
  }
  const { layout = 'c', allowShorter = false, namespace = '', ...others } = options;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new TypeError(
      `Cannot declare ${name}: there is no option '${unknown}', expected one of 'layout', 'allowShorter', 'namespace'`,
    );
  }
  if (layout !== 'c' && layout !== 'packed' && (typeof layout !== 'object' || layout === null)) {
    throw new RangeError(
      `Cannot declare ${name}: layout is '${String(layout)}', expected 'c', 'packed' or an object with offsets and size`,
    );
  }
  if (typeof allowShorter !== 'boolean') {
    throw new TypeError(
      `Cannot declare ${name}: allowShorter is ${describe(allowShorter)}, expected true or false`,
    );
  }
  checkNamespace(name, namespace);
  return { layout, allowShorter, namespace };
}

/**
 * The record of a compiled declaration.
 *
 * @param struct - the typed-struct that it was read off
 */
export function recordOf(
  name: string,
  compiled: Compiled,
  options: KeptOptions,
  struct?: AnyStruct,
): AnyRecord {
  return new CompiledRecord(name, compiled, options, struct) as never;
}
