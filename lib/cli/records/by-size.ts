import { EshmError } from '../../index.js';
import type { AnyRecord } from '../../record/index.js';

/** What messages are, as `--as` says. */
export interface Declared {
  /** The names of the records: `Pose`, `Pose or Command`. */
  readonly names: string;
  /**
   * The fields of a message: of the only record, or of that which has its size.
   *
   * @throws {EshmError} ESHM_CORRUPT for what is none of them
   */
  decode(message: Uint8Array): unknown;
}

/**
 * Records that messages are told by; `undefined` for none.
 *
 * @throws {RangeError} for two of one size: nobody could tell which a message is
 */
export function declared(records: readonly AnyRecord[]): Declared | undefined {
  const [first, ...others] = [...new Set(records)];
  if (first === undefined) return undefined;
  if (others.length === 0) return { names: first.name, decode: (message) => first.decode(message) };
  const bySize = new Map([[first.size, first]]);
  for (const record of others) {
    const other = bySize.get(record.size);
    if (other !== undefined) {
      throw new RangeError(
        `Cannot tell records apart: ${other.name} and ${record.name} both have ${record.size} bytes, expected one record of each size; name those that you mean: FILE#NAME`,
      );
    }
    bySize.set(record.size, record);
  }
  const all = [...bySize.values()];
  const sizes = all.map(({ name, size }) => `${name} ${size}`).join(', ');
  return {
    names: all.map(({ name }) => name).join(' or '),
    decode(message) {
      const { length } = message;
      const record =
        bySize.get(length) ?? all.find(({ allowShorter, size }) => allowShorter && length < size);
      if (record !== undefined) return record.decode(message);
      throw new EshmError(
        'ESHM_CORRUPT',
        `Cannot read a message: it has ${length} bytes, expected those of a record: ${sizes}; the writer has another declaration`,
      );
    },
  };
}
