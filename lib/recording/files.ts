import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';

/** Digits of a file's number; more where they are needed. */
const DIGITS = 6;

/**
 * Names of the files of one recording: the one that the user named, or `box-000001.mcap` and so on where it is split. The
 * numbers go on behind those that are there already, so that a recorder that is started again takes nothing away.
 */
export class FileNames {
  readonly #folder: string;
  readonly #stem: string;
  readonly #extension: string;
  readonly #path: string;
  readonly #isSplit: boolean;
  readonly #keep: number;

  /** @param keep - files that are to stay, the newest; `Infinity` for all */
  constructor(path: string, isSplit: boolean, keep: number) {
    this.#path = path;
    this.#folder = dirname(path);
    this.#extension = extname(path);
    this.#stem = basename(path, this.#extension);
    this.#isSplit = isSplit;
    this.#keep = keep;
  }

  /** The next path. */
  next(): string {
    if (!this.#isSplit) return this.#path;
    const last = this.#numbers().at(-1) ?? 0;
    return this.#pathOf(last + 1);
  }

  /** Removes the oldest of them, until so many are left as are to stay. */
  removeOld(): void {
    if (!this.#isSplit || this.#keep === Number.POSITIVE_INFINITY) return;
    for (const number of this.#numbers().slice(0, -this.#keep)) {
      // Somebody else may have removed it.
      rmSync(this.#pathOf(number), { force: true });
    }
  }

  /** Numbers of the files that are there, ascending. */
  #numbers(): number[] {
    if (!existsSync(this.#folder)) return [];
    const found = readdirSync(this.#folder).flatMap((file) => {
      if (!file.startsWith(`${this.#stem}-`) || !file.endsWith(this.#extension)) return [];
      const end = file.length - this.#extension.length;
      const digits = file.slice(this.#stem.length + 1, end);
      return /^\d{6,15}$/.test(digits) ? [Number(digits)] : [];
    });
    return found.sort((one, other) => one - other);
  }

  #pathOf(number: number): string {
    return join(this.#folder, `${this.#stem}-${`${number}`.padStart(DIGITS, '0')}${this.#extension}`);
  }
}
