import { formatKey } from '../../../syscalls/index.js';
import { channelName } from '../../store/index.js';
import { escapeText } from '../printing/text.js';
import { nameOf, type ShmStat } from './objects.js';

/** What channels are called for people, safe to print: a segment does not know its name, and a file nearly does. */
export class Labels {
  readonly #byKey: ReadonlyMap<number, string>;
  readonly #byPath: ReadonlyMap<string, string>;

  /**
   * @param names - names of channels that the user knows
   * @throws {TypeError | RangeError} for one that no channel can have
   */
  constructor(names: readonly string[]) {
    const known = names.map((name) => ({ ...channelName(name), shown: escapeText(name) }));
    this.#byKey = new Map(known.map(({ key, shown }) => [key, shown]));
    this.#byPath = new Map(known.map(({ path, shown }) => [path.toString('latin1'), shown]));
  }

  /** Whether it lies under one of the names. */
  has({ key, path }: ShmStat): boolean {
    return path === undefined ? this.#byKey.has(key!) : this.#byPath.has(path.toString('latin1'));
  }

  /** The name, where it is known or stands in the file's, else the key. */
  of(stat: ShmStat): string {
    const { key, path } = stat;
    if (path !== undefined) return this.#byPath.get(path.toString('latin1')) ?? nameOf(stat)!;
    return this.#byKey.get(key!) ?? formatKey(key!);
  }
}
