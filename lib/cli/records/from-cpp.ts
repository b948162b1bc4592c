import { realpathSync } from 'node:fs';
import { basename } from 'node:path';
import type { AnyRecord, Kind } from '../../record/index.js';
import { type CompilerOptions, compileHeader, sameFile } from './compiler.js';
import { declareShapes } from './declare-shapes.js';
import { attributeOf, type Debug, type Entry } from './dwarf.js';
import type { Origin } from './module.js';
import { identifier } from './names.js';
import { EXPECTED, Refusal } from './refusal.js';
import type { StructShape } from './shapes.js';
import { StructReader } from './struct-reader.js';

/** What is read of a header, and how. */
export interface HeaderOptions extends CompilerOptions {
  /** The structs that are wanted, with their namespaces or without; all that the header declares, if there are none. */
  readonly structs?: readonly string[] | undefined;
}

/** What a header becomes. */
export interface HeaderRecords {
  readonly records: readonly AnyRecord[];
  readonly origin: Origin;
}

/** Where structs are that no other file can name. */
const WITHIN_CODE = new Set(['subprogram', 'lexical_block', 'inlined_subroutine']);

/**
 * Records of the structs that a C or C++ header declares, as its compiler places them: it is asked, by its debug
 * information, and the text of the header is not looked at. Structs that no record can be are left out.
 *
 * @throws {RangeError} where nothing is left, or what is wanted is not there or can be no record; for a header that does
 * not compile; for a compiler or binutils that are not there
 */
export function recordsFromHeader(header: string, options: HeaderOptions = {}): HeaderRecords {
  const debug = compileHeader(header, options);
  const reader = new StructReader(debug);
  const wanted = options.structs ?? [];
  const entries =
    wanted.length === 0
      ? declaredIn(header, debug, reader)
      : wanted.map((name) => structCalled(name, header, debug, reader));
  const shapes: StructShape[] = [];
  const refusals: [string, Refusal][] = [];
  for (const entry of new Set(entries)) {
    try {
      shapes.push(reader.read(entry));
    } catch (error) {
      if (!(error instanceof Refusal) || wanted.length > 0) throw error;
      refusals.push([reader.qualifiedNameOf(entry), error]);
    }
  }
  if (shapes.length === 0) throw nothingLeft(header, refusals);
  const { records, remarks } = declareShapes(shapes);
  const leftOut = refusals.map(([name, refusal]) => `${name}: ${refusal.brief}`);
  return { records, origin: { remarks, names: constantsOf(reader.enumerations), leftOut } };
}

/** Structs and unions that have names and that this file itself declares, in its order. */
function declaredIn(header: string, debug: Debug, reader: StructReader): Entry[] {
  const path = realpathSync(header);
  const number = debug.files.find((file) => sameFile(file.path, path))?.number ?? '';
  const lineOf = (entry: Entry) => Number(attributeOf(debug, entry, 'decl_line'));
  return structsOf(debug, reader)
    .filter((entry) => attributeOf(debug, entry, 'decl_file') === number)
    .sort((a, b) => lineOf(a) - lineOf(b));
}

/** All structs and unions that have names. */
function structsOf(debug: Debug, reader: StructReader): Entry[] {
  return [...debug.entries.values()].filter(
    (entry) =>
      ['structure_type', 'class_type', 'union_type'].includes(entry.tag) &&
      !entry.attributes.has('declaration') &&
      !/^$|^<|lambda/.test(reader.nameOf(entry) ?? '') &&
      !isWithinCode(entry),
  );
}

function isWithinCode(entry: Entry): boolean {
  for (let at = entry.parent; at !== undefined; at = at.parent) if (WITHIN_CODE.has(at.tag)) return true;
  return false;
}

/** The struct of this name, of the header itself or of what it includes. */
function structCalled(name: string, header: string, debug: Debug, reader: StructReader): Entry {
  const wanted = name.replace(/^::/, '');
  const all = structsOf(debug, reader);
  const exact = all.filter((entry) => reader.qualifiedNameOf(entry) === wanted);
  const found =
    exact.length > 0 ? exact : all.filter((entry) => reader.qualifiedNameOf(entry).endsWith(`::${wanted}`));
  if (found.length === 1) return found[0]!;
  const aliased = found.length === 0 ? reader.aliased(wanted) : undefined;
  if (aliased !== undefined) return aliased;
  const listed = (entries: readonly Entry[]) =>
    [...new Set(entries.map((entry) => reader.qualifiedNameOf(entry)))].join(', ');
  if (found.length > 1) {
    throw new RangeError(
      `Cannot read ${basename(header)}: it has several structs '${name}', expected one of ${listed(found)}`,
    );
  }
  const own = listed(declaredIn(header, debug, reader));
  const expected = own === '' ? '' : `, expected one of ${own}, or of what it includes`;
  throw new RangeError(`Cannot read ${basename(header)}: it has no struct '${name}'${expected}`);
}

function nothingLeft(header: string, refusals: readonly (readonly [string, Refusal])[]): RangeError {
  const [first] = refusals;
  if (first === undefined) {
    return new RangeError(`Cannot read ${basename(header)}: it declares no struct, expected one or more`);
  }
  if (refusals.length === 1) return first[1];
  const lines = refusals.map(([, refusal]) => refusal.brief).join('; ');
  return new RangeError(
    `Cannot read ${basename(header)}: none of its structs can be a record: ${lines}; expected ${EXPECTED}`,
  );
}

/** Names of constants: those of the types, with what they are in where two are called the same. */
function constantsOf(enumerations: ReadonlyMap<Kind, string>): ReadonlyMap<Kind, string> {
  const shorts = [...enumerations.values()].map((name) => name.slice(name.lastIndexOf(':') + 1));
  return new Map(
    [...enumerations].map(([kind, name], i) => {
      const isAlone = shorts.indexOf(shorts[i]!) === shorts.lastIndexOf(shorts[i]!);
      return [kind, identifier(isAlone ? shorts[i]! : name)];
    }),
  );
}
