// By its default export: a call of an import named `createRequire` is one that bundlers follow.
import nodeModule from 'node:module';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { AnyStruct } from './declare.js';
import type { ArrayKind, EnumerationKind, Kind } from './kinds.js';
import { isScalar, type PlacedField } from './ports.js';

/** What each scalar is called in typed-struct, alone and as an array. */
const STRUCT_NAMES = {
  u8: ['UInt8', 'UInt8Array'],
  u16: ['UInt16LE', 'UInt16Array'],
  u32: ['UInt32LE', 'UInt32Array'],
  u64: ['BigUInt64LE', 'BigUInt64Array'],
  i8: ['Int8', 'Int8Array'],
  i16: ['Int16LE', 'Int16Array'],
  i32: ['Int32LE', 'Int32Array'],
  i64: ['BigInt64LE', 'BigInt64Array'],
  f32: ['Float32LE', 'Float32Array'],
  f64: ['Float64LE', 'Float64Array'],
  bool: ['Boolean8', undefined],
} as const;

/** typed-struct's builder, whose type would grow with every field. */
// biome-ignore lint/suspicious/noExplicitAny: fields come one by one from a list
type Builder = Record<string, (...values: any[]) => unknown> & {
  seek(bytes: number): unknown;
  getSize(): number;
  compile(): unknown;
};

/** A kind that has a struct of its own: a record. */
interface HasStruct extends Kind {
  readonly struct: AnyStruct;
}

/**
 * The typed-struct of a record.
 *
 * @throws {Error} where typed-struct is not there: in a bundle that was moved away from its node_modules
 */
export function structOf(name: string, fields: readonly PlacedField[], size: number): AnyStruct {
  const Struct = loadStruct(name);
  const struct = new Struct(name);
  // `seek(0)` goes to the end, where a declaration always is.
  for (const field of fields.toSorted((a, b) => a.offset - b.offset)) {
    struct.seek(field.offset - struct.getSize());
    append(struct, field.name, field.kind);
  }
  struct.seek(size - struct.getSize());
  return struct.compile() as AnyStruct;
}

/** What this file uses of typed-struct. */
interface TypedStruct {
  readonly Struct: new (name: string) => Builder;
  initializeAPI(api: {
    readonly getString: (bytes: Buffer, encoding: BufferEncoding) => string;
    readonly setString: (bytes: Buffer, encoding: BufferEncoding, text: string) => void;
    readonly inspect: typeof inspect;
    readonly colorPrint: (colour: unknown, text: string) => string;
  }): void;
}

/** Whether a text can be read already: whoever loaded it first, it may be in the same turn. */
function isReady({ Struct }: TypedStruct): boolean {
  const struct = new Struct('Probe');
  struct.String!('text', 1);
  const probe = new (struct.compile() as new () => { readonly text: string })();
  try {
    return probe.text === '';
  } catch {
    return false;
  }
}

/**
 * typed-struct gets what reads and writes its texts a turn of the event loop after it was loaded, when it has looked for
 * packages that it can do without. A struct may be used before: until then it has this.
 */
function makeReady(loaded: TypedStruct): void {
  loaded.initializeAPI({
    getString: (bytes, encoding) => {
      const end = bytes.indexOf(0);
      return bytes.toString(encoding, 0, end < 0 ? bytes.length : end);
    },
    setString: (bytes, encoding, text) => {
      bytes.fill(0);
      bytes.write(text, encoding);
    },
    inspect,
    colorPrint: (_colour, text) => text,
  });
}

/** Loaded at the first use only: most programs never ask for it, and a bundle need not have it. */
function loadStruct(name: string): new (name: string) => Builder {
  const own = import.meta.url?.startsWith('file:') ? [import.meta.url] : [];
  let cause: unknown;
  for (const from of [...own, process.argv[1], join(process.cwd(), 'none')]) {
    if (from === undefined) continue;
    try {
      const loaded: TypedStruct = nodeModule.createRequire(from)('typed-struct');
      if (!isReady(loaded)) makeReady(loaded);
      return loaded.Struct;
    } catch (error) {
      cause ??= error;
    }
  }
  throw new Error(
    `Cannot make the struct of ${name}: typed-struct is not found, expected it in a node_modules in reach; install it beside this program`,
    { cause },
  );
}

function append(struct: Builder, name: string, kind: Kind): void {
  if (isScalar(kind)) struct[STRUCT_NAMES[kind.type][0]]!(name);
  else if (kind.type === 'text') struct.String!(name, kind.size);
  else if (kind.type === 'enumeration' || kind.type === 'flags')
    append(struct, name, (kind as EnumerationKind).of);
  else if (kind.type === 'record') struct.Struct!(name, (kind as HasStruct).struct);
  else if (kind.type === 'array') appendArray(struct, name, kind as ArrayKind);
  else struct.Buffer!(name, kind.size);
}

function appendArray(struct: Builder, name: string, { of, length, size }: ArrayKind): void {
  const method = isScalar(of) ? STRUCT_NAMES[of.type][1] : undefined;
  if (method !== undefined) struct[method]!(name, length);
  else if (of.type === 'record') struct.StructArray!(name, (of as HasStruct).struct, length);
  else struct.Buffer!(name, size);
}
