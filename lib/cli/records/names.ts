import type { IsWord } from './words.js';

/**
 * Gives names within one scope of one language: each once, and none that is a word of the language. What cannot be had
 * as it is becomes a similar one.
 */
export class Names {
  readonly #isWord: IsWord;
  readonly #isName: (name: string) => boolean;
  readonly #taken = new Set<string>();

  /** @param isName - whether a text is one that the language can have, words aside */
  constructor(isWord: IsWord, isName = (name: string) => identifier(name) === name) {
    this.#isWord = isWord;
    this.#isName = isName;
  }

  /** Whether a name was given already. */
  has(name: string): boolean {
    return this.#taken.has(name);
  }

  /** Whether a name can be given as it is. */
  isFree(name: string): boolean {
    return this.#isName(name) && !this.#taken.has(name) && !this.#isWord(name);
  }

  /** A name for what is called `wanted`: that, if it can be. */
  give(wanted: string): string {
    const name = this.#free(wanted);
    this.#taken.add(name);
    return name;
  }

  #free(wanted: string): string {
    if (this.isFree(wanted)) return wanted;
    const plain = identifier(wanted);
    // A word that begins with _ may stay one with another _ behind it: `__linux` is one as `__linux__` is.
    const bare = plain.replace(/^_+/, '');
    const base = /^[A-Za-z]/.test(bare) ? bare : `x${bare}`;
    for (const name of [plain, base, `${base}_`]) if (this.isFree(name)) return name;
    for (let n = 2; ; n++) if (this.isFree(`${base}_${n}`)) return `${base}_${n}`;
  }
}

/** Letters, digits and _ only, no digit first: `V3<double>` becomes `V3_double`. */
export function identifier(name: string): string {
  const plain = name.replace(/\W+/g, '_');
  const trimmed = plain === name ? plain : plain.replace(/^_(?=[A-Za-z])|(?<=[A-Za-z0-9])_$/g, '');
  return /^[A-Za-z_]/.test(trimmed) ? trimmed : `_${trimmed}`;
}
