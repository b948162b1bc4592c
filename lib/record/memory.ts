import { EshmError } from '../errors.js';

/** Whether accessors may be used just now. One for all accessors of one record. */
export interface Life {
  isAlive: boolean;
}

/** A life that does not end: of memory that nobody else has. */
export const FOREVER: Life = { isAlive: true };

type Views = [
  Uint8Array,
  Uint16Array,
  Uint32Array,
  BigUint64Array,
  Int8Array,
  Int16Array,
  Int32Array,
  BigInt64Array,
  Float32Array,
  Float64Array,
];

/**
 * The bytes of one record, as the arrays over which its accessors are made. They begin at a multiple of 8, and no array
 * reaches beyond them. Belongs to one thread.
 */
export class Memory {
  readonly u8: Uint8Array;
  readonly view: DataView;
  readonly life: Life;
  /** What accessors say they belong to: the record's name. */
  readonly owner: string;
  /** Whether accessors only look: these bytes are another's. */
  readonly isForeign: boolean;
  readonly #views = new Map<
    new (
      buffer: ArrayBufferLike,
      at: number,
      length: number,
    ) => Views[number],
    Views[number]
  >();

  /** @param u8 - the bytes; they start at a multiple of 8 of their buffer */
  constructor(u8: Uint8Array, life: Life, owner: string, isForeign = false) {
    this.u8 = u8;
    this.view = new DataView(u8.buffer, u8.byteOffset, u8.length);
    this.life = life;
    this.owner = owner;
    this.isForeign = isForeign;
  }

  /** The bytes as numbers of another kind; the same array each time. */
  as<V extends Views[number]>(
    type: (new (buffer: ArrayBufferLike, at: number, length: number) => V) & { BYTES_PER_ELEMENT: number },
  ): V {
    let view = this.#views.get(type) as V | undefined;
    if (view === undefined) {
      const { buffer, byteOffset, length } = this.u8;
      view = new type(buffer, byteOffset, Math.floor(length / type.BYTES_PER_ELEMENT));
      this.#views.set(type, view);
    }
    return view;
  }
}

/** The error for an accessor that is used when its callback has returned. */
export function dead(memory: Memory): EshmError {
  return new EshmError(
    'ESHM_CLOSED',
    `Cannot use an accessor of ${memory.owner}: its callback has returned, expected use within update() or view(); copy what is needed there`,
  );
}

/** The error for a field that is set in what another has written. */
export function onlyLooks(label: string): TypeError {
  return new TypeError(`Cannot set ${label}: view() only looks, expected a read; update() sets fields`);
}
