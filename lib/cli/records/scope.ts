import type { AnyRecord } from '../../record/index.js';
import { inComment } from './harmless.js';
import { Names } from './names.js';
import type { IsWord } from './words.js';

/** The names that records, and all that is declared beside them, have in one file of one language. */
export class Scope {
  readonly #isWord: IsWord;
  readonly #global: Names;
  readonly #records = new Map<AnyRecord, string>();
  readonly #source: string;
  readonly #comment: string;

  /**
   * @param source - the file's name of which it is made
   * @param comment - what begins one
   */
  constructor(records: readonly AnyRecord[], source: string, isWord: IsWord, comment: string) {
    this.#isWord = isWord;
    this.#global = new Names(isWord);
    this.#source = source;
    this.#comment = comment;
    // Those that can keep theirs first, whatever the order.
    for (const record of records)
      if (this.#global.isFree(record.name)) this.#records.set(record, this.#global.give(record.name));
    for (const record of records)
      if (!this.#records.has(record)) this.#records.set(record, this.#global.give(record.name));
  }

  nameOf(record: AnyRecord): string {
    return this.#records.get(record)!;
  }

  /** A name for something else beside the records. */
  give(wanted: string): string {
    return this.#global.give(wanted);
  }

  /** The names of the fields of a record, and more that {@link Names} gives there. None is that of a type. */
  members(record: AnyRecord): { readonly names: ReadonlyMap<string, string>; readonly more: Names } {
    const more = new Names((name) => this.#isWord(name) || this.#global.has(name));
    return {
      names: giveAll(
        record.fields.map(({ name }) => name),
        more,
      ),
      more,
    };
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
