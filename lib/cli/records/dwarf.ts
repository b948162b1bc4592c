/** One entry of a compiler's debug information, with what is within it. */
export interface Entry {
  readonly at: number;
  /** `DW_TAG_structure_type` without its first half. */
  readonly tag: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Entry[];
}

/** What a compiler has told of a file. */
export interface Debug {
  /** Every entry by its offset. */
  readonly entries: ReadonlyMap<number, Entry>;
  /** Those that are in no other. */
  readonly roots: readonly Entry[];
  /** Number of each file, by its path as far as it is told. */
  readonly files: readonly { readonly number: string; readonly path: string }[];
}

/** Reads what `readelf --debug-dump=info` and `--debug-dump=rawline` print; they are made for people, but regular. */
export function parseDebug(info: string, lines: string): Debug {
  const entries = new Map<number, Entry>();
  const roots: Entry[] = [];
  const path: Entry[] = [];
  let current: Map<string, string> | undefined;
  for (const line of info.split('\n')) {
    const head = /^ <(\w+)><(\w+)>: Abbrev Number: \d+ \(DW_TAG_(\w+)\)/.exec(line);
    if (head !== null) {
      const depth = Number.parseInt(head[1]!, 16);
      current = new Map();
      const entry: Entry = {
        at: Number.parseInt(head[2]!, 16),
        tag: head[3]!,
        attributes: current,
        children: [],
      };
      entries.set(entry.at, entry);
      path.length = depth;
      (path.at(-1)?.children ?? roots).push(entry);
      path.push(entry);
      continue;
    }
    const attribute = /^ {4}<\w+> +DW_AT_(\w+) *: ?(.*)$/.exec(line);
    if (attribute !== null) current?.set(attribute[1]!, plain(attribute[2]!));
  }
  return { entries, roots, files: filesIn(lines) };
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

/** The entry that an attribute points to. */
export function targetOf({ entries }: Debug, entry: Entry, attribute = 'type'): Entry | undefined {
  const at = /<0x(\w+)>/.exec(entry.attributes.get(attribute) ?? '');
  return at === null ? undefined : entries.get(Number.parseInt(at[1]!, 16));
}

/** The name of a type with those of the namespaces and structs that it is in: `std::string`. */
export function qualifiedNameOf({ roots }: Debug, entry: Entry): string {
  const names: string[] = [];
  // Children follow their parent and come before its next sibling: the last that is not behind it is on the way.
  let level: readonly Entry[] = roots;
  for (;;) {
    const next = level.findLast(({ at }) => at <= entry.at);
    if (next === undefined) return names.join('::');
    // The compilation unit's name is a file's.
    const name = next.tag === 'compile_unit' ? undefined : next.attributes.get('name');
    if (name !== undefined) names.push(name);
    if (next === entry) return names.join('::');
    level = next.children;
  }
}
