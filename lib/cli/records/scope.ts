import type { AnyRecord } from '../../record/index.js';
import { inComment } from './harmless.js';
import { Names } from './names.js';
import type { IsWord } from './words.js';

/** What stands in a namespace in C++, and is called what. */
interface Named {
  readonly name: string | undefined;
  readonly namespace: string;
}

/**
 * The names that records, and all that is declared beside them, have in one file of one language: each once in its
 * namespace.
 */
export class Scope {
  readonly #isWord: IsWord;
  readonly #within: (namespace: string) => string;
  /** The names of each namespace, by what it is called in the file; those outside of all by ''. */
  readonly #names = new Map<string, Names>();
  /** What namespaces are called in the file, by what they are declared as. */
  readonly #namespaces = new Map<string, string>([['', '']]);
  /** Every name of a type, in whatever namespace. */
  readonly #types = new Set<string>();
  readonly #records = new Map<AnyRecord, string>();
  readonly #source: string;
  readonly #comment: string;

  /**
   * @param source - the file's name of which it is made
   * @param comment - what begins one
   * @param others - what has a name of its own beside the records
   * @param within - the namespace of what is declared in one; a language without any has ''
   */
  constructor(
    records: readonly AnyRecord[],
    source: string,
    isWord: IsWord,
    comment: string,
    others: readonly Named[] = [],
    within: (namespace: string) => string = () => '',
  ) {
    this.#isWord = isWord;
    this.#within = within;
    this.#source = source;
    this.#comment = comment;
    for (const one of [...records, ...others]) this.namespaceOf(one);
    // Those that can keep theirs first, whatever the order.
    const giveTo = (record: AnyRecord) =>
      this.#records.set(record, this.giveType(record.name, this.namespaceOf(record)));
    for (const record of records) if (this.isFree(record.name, this.namespaceOf(record))) giveTo(record);
    for (const record of records) if (!this.#records.has(record)) giveTo(record);
  }

  nameOf(record: AnyRecord): string {
    return this.#records.get(record)!;
  }

  /** The namespace that something stands in, as the file calls it. */
  namespaceOf({ namespace }: Named): string {
    return this.#called(this.#within(namespace));
  }

  /** What something in a namespace is called from within another. */
  from(namespace: string, name: string, own: string): string {
    return own === namespace ? name : `${own === '' ? '' : `::${own}`}::${name}`;
  }

  /** Whether a name can be given as it is. */
  isFree(name: string, namespace = ''): boolean {
    return this.#of(namespace).isFree(name);
  }

  /** A name for something else beside the records. */
  give(wanted: string, namespace = ''): string {
    return this.#of(namespace).give(wanted);
  }

  /** A name for a type beside the records; no member has it. */
  giveType(wanted: string, namespace = ''): string {
    const name = this.give(wanted, namespace);
    this.#types.add(name);
    return name;
  }

  /** The names of the fields of a record, and more that {@link Names} gives there. None is that of a type. */
  members(record: AnyRecord): { readonly names: ReadonlyMap<string, string>; readonly more: Names } {
    const more = new Names((name) => this.#isWord(name) || this.#types.has(name));
    return {
      names: giveAll(
        record.fields.map(({ name }) => name),
        more,
      ),
      more,
    };
  }

  #of(namespace: string): Names {
    let names = this.#names.get(namespace);
    if (names === undefined) {
      names = new Names(this.#isWord);
      this.#names.set(namespace, names);
    }
    return names;
  }

  /** A namespace takes a name in the one that it is in. */
  #called(namespace: string): string {
    let called = this.#namespaces.get(namespace);
    if (called === undefined) {
      const end = namespace.lastIndexOf('::');
      const outer = end < 0 ? '' : this.#called(namespace.slice(0, end));
      const name = this.give(namespace.slice(end < 0 ? 0 : end + 2), outer);
      called = outer === '' ? name : `${outer}::${name}`;
      this.#namespaces.set(namespace, called);
    }
    return called;
  }

  /** What is said where something has another name than in the source; with the blank before it. */
  remark(name: string, given: string): string {
    return name === given ? '' : `  ${this.#comment} ${inComment(this.#source)}: '${inComment(name)}'`;
  }
}

/** Gives each a name; those that can keep theirs do. */
function giveAll(wanted: readonly string[], names: Names): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  for (const name of wanted) if (names.isFree(name)) given.set(name, names.give(name));
  for (const name of wanted) if (!given.has(name)) given.set(name, names.give(name));
  return given;
}
