import { EshmError } from '../errors.js';

/** Whether accessors may be used just now. */
export interface Life {
  isAlive: boolean;
}

/** The bytes of one record, as the arrays that its accessors load from and store to. No array reaches beyond them. */
export class Views {
  readonly u8: Uint8Array;
  readonly i8: Int8Array;
  readonly u16: Uint16Array;
  readonly i16: Int16Array;
  readonly u32: Uint32Array;
  readonly i32: Int32Array;
  readonly u64: BigUint64Array;
  readonly i64: BigInt64Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  readonly view: DataView;

  /**
   * @param bytes - they start at a multiple of 8 of their buffer
   * @param instead - what every array is in place of one, for memory that must not be touched
   */
  constructor(bytes: Uint8Array, instead?: object) {
    const { buffer, byteOffset, length } = bytes;
    const over = <V>(
      type: new (buffer: ArrayBufferLike, at: number, length: number) => V,
      width: number,
    ): V => (instead as V | undefined) ?? new type(buffer, byteOffset, Math.floor(length / width));
    this.u8 = over(Uint8Array, 1);
    this.i8 = over(Int8Array, 1);
    this.u16 = over(Uint16Array, 2);
    this.i16 = over(Int16Array, 2);
    this.u32 = over(Uint32Array, 4);
    this.i32 = over(Int32Array, 4);
    this.u64 = over(BigUint64Array, 8);
    this.i64 = over(BigInt64Array, 8);
    this.f32 = over(Float32Array, 4);
    this.f64 = over(Float64Array, 8);
    this.view = (instead as DataView | undefined) ?? new DataView(buffer, byteOffset, length);
  }
}

/** Where the accessors of one record look. Belongs to one thread. */
export class Memory {
  /** The bytes; those of foreign memory are exchanged from one look to the next. */
  now: Views;
  /** Always alive for foreign memory, which has arrays that throw between two looks. */
  readonly life: Life;
  /** What accessors say they belong to: the record's name. */
  readonly owner: string;
  /** Whether accessors only look: these bytes are another's. */
  readonly isForeign: boolean;

  constructor(now: Views, owner: string, isForeign = false) {
    this.now = now;
    this.owner = owner;
    this.isForeign = isForeign;
    this.life = { isAlive: isForeign };
  }
}

/** Memory of its own for a record, all 0. */
export function ownMemory(size: number, owner: string): Memory {
  return new Memory(new Views(new Uint8Array(new ArrayBuffer(size))), owner);
}

/** The error for an accessor that is used when its callback has returned. */
export function dead(owner: string): EshmError {
  return new EshmError(
    'ESHM_CLOSED',
    `Cannot use an accessor of ${owner}: its callback has returned, expected use within update() or view(); copy what is needed there`,
  );
}

/** The error for a field that is set in what another has written. */
export function onlyLooks(label: string): TypeError {
  return new TypeError(`Cannot set ${label}: view() only looks, expected a read; update() sets fields`);
}
