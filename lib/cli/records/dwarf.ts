import { identifier } from './names.js';

/** One entry of a compiler's debug information, with what is within it. */
export interface Entry {
  readonly at: number;
  /** `DW_TAG_structure_type` without its first half. */
  readonly tag: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Entry[];
  /** What it is in. */
  readonly parent: Entry | undefined;
}

/** What a compiler has told of a file. */
export interface Debug {
  /** Every entry by its offset. */
  readonly entries: ReadonlyMap<number, Entry>;
  /** Number of each file, by its path as far as it is told. */
  readonly files: readonly { readonly number: string; readonly path: string }[];
}

/** Reads what `readelf --debug-dump=info` and `--debug-dump=rawline` print; they are made for people, but regular. */
export function parseDebug(info: string, lines: string): Debug {
  const entries = new Map<number, Entry>();
  const path: Entry[] = [];
  let current: Map<string, string> | undefined;
  for (const line of info.split('\n')) {
    const head = /^ <(\w+)><(\w+)>: Abbrev Number: \d+ \(DW_TAG_(\w+)\)/.exec(line);
    if (head !== null) {
      const depth = Number.parseInt(head[1]!, 16);
      path.length = depth;
      current = new Map();
      const parent = path.at(-1);
      const at = Number.parseInt(head[2]!, 16);
      const entry: Entry = { at, tag: head[3]!, attributes: current, children: [], parent };
      entries.set(at, entry);
      parent?.children.push(entry);
      path.push(entry);
      continue;
    }
    const attribute = /^ {4}<\w+> +DW_AT_(\w+) *: ?(.*)$/.exec(line);
    if (attribute !== null) current?.set(attribute[1]!, plain(attribute[2]!));
  }
  return { entries, files: filesIn(lines) };
}

/** A value without what is said about its form and where it is kept, which not every version says. */
function plain(value: string): string {
  return value.replace(/^(?:\([^)]*\):? ?)+/, '').trim();
}

function filesIn(lines: string): Debug['files'] {
  const directories = new Map<string, string>();
  const files: { number: string; path: string }[] = [];
  let table = '';
  for (const line of lines.split('\n')) {
    if (/^ The \w+ ?\w* Table/.test(line)) table = line;
    const directory = /^ {2}(\d+)\t(\S.*)$/.exec(line);
    const file = /^ {2}(\d+)\t(\d+)\t\d+\t\d+\t(.+)$/.exec(line);
    if (file !== null && table.includes('File Name')) {
      const folder = directories.get(file[2]!);
      files.push({ number: file[1]!, path: folder === undefined ? file[3]! : `${folder}/${file[3]}` });
    } else if (directory !== null && table.includes('Directory'))
      directories.set(directory[1]!, directory[2]!);
  }
  return files;
}

/** A number of an attribute, `undefined` where it is not there. */
export function numberOf(entry: Entry, attribute: string): number | undefined {
  const value = entry.attributes.get(attribute);
  return value === undefined ? undefined : Number.parseInt(value, value.startsWith('0x') ? 16 : 10);
}

/** An integer of an attribute of up to 64 bits, with its sign where it was told one. */
export function bigintOf(entry: Entry, attribute: string): bigint {
  const [value = '0'] = /^-?\w+/.exec(entry.attributes.get(attribute) ?? '') ?? [];
  return BigInt(value);
}

/** The entry that an attribute points to. */
export function targetOf({ entries }: Debug, entry: Entry, attribute = 'type'): Entry | undefined {
  const at = /<0x(\w+)>/.exec(entry.attributes.get(attribute) ?? '');
  return at === null ? undefined : entries.get(Number.parseInt(at[1]!, 16));
}

/** An attribute of an entry, or of the declaration that it completes: `struct Outer::Inner { ... }` has its name there. */
export function attributeOf(debug: Debug, entry: Entry, attribute: string): string | undefined {
  const own = entry.attributes.get(attribute);
  if (own !== undefined) return own;
  const declared = targetOf(debug, entry, 'specification');
  return declared === undefined ? undefined : attributeOf(debug, declared, attribute);
}

/** Entries that have names which those within them are told with. */
const NAMING = new Set(['namespace', 'structure_type', 'class_type', 'union_type', 'enumeration_type']);

/** The namespace that a type is in, as a program writes it: `robot::arm`; empty for none. */
function namespaceOf(debug: Debug, entry: Entry): string {
  const names: string[] = [];
  let at = (targetOf(debug, entry, 'specification') ?? entry).parent;
  for (; at !== undefined; at = at.parent) {
    // An inline namespace has no name that a program writes, and one without a name none at all.
    const name = at.attributes.has('export_symbols') ? undefined : attributeOf(debug, at, 'name');
    if (at.tag === 'namespace' && name !== undefined) names.unshift(name);
  }
  return names.join('::');
}

/** The same; empty too for one of the C++ library, where no other program may declare anything. */
export function ownNamespaceOf(debug: Debug, entry: Entry): string {
  const namespace = namespaceOf(debug, entry);
  if (namespace === '' || /^(std|__\w+)(::|$)/.test(namespace)) return '';
  return namespace.split('::').map(identifier).join('::');
}

/** The name of a type with those of the namespaces and structs that it is in: `std::string`. */
export function qualifiedNameOf(debug: Debug, entry: Entry, own?: string): string {
  const names: string[] = [];
  let at: Entry | undefined = targetOf(debug, entry, 'specification') ?? entry;
  const name = own ?? attributeOf(debug, entry, 'name');
  if (name !== undefined) names.push(name);
  for (at = at.parent; at !== undefined; at = at.parent) {
    // An inline namespace has no name that a program writes.
    if (!NAMING.has(at.tag) || at.attributes.has('export_symbols')) continue;
    const outer = attributeOf(debug, at, 'name');
    if (outer !== undefined) names.unshift(outer);
  }
  return names.join('::');
}
