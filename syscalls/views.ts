import type { Ffi } from './binary.js';

const I64 = 8;
const RS_POINTER = 0;

/** Views kept: twice the endpoints that a thread may have, so that none of theirs is forgotten for places looked at. */
const MAX_VIEWS = 8192;

/**
 * Views of one thread by address and length. An address is wrapped once and the wrap kept, because the kernel hands
 * out the same few addresses again and again: reconnecting for an hour makes one wrap, not thirty-six thousand, each
 * of which would hold 600 bytes until the event loop turns, and for good in a thread where it never does. So lengths
 * should be those of whole mappings. The oldest views are forgotten, for those who look at segments of all sizes.
 */
export class Views {
  readonly #views = new Map<string, Buffer>();
  readonly #ffi: () => Ffi;

  /** @param ffi - gives ffi-rs as this thread has loaded it */
  constructor(ffi: () => Ffi) {
    this.#ffi = ffi;
  }

  /** See `viewOf`. */
  of(address: number, length: number): Buffer {
    const id = `${address}+${length}`;
    let view = this.#views.get(id);
    if (view === undefined) {
      if (this.#views.size >= MAX_VIEWS) this.#forgetOldest();
      view = wrap(this.#ffi(), address, length);
      this.#views.set(id, view);
    }
    return view;
  }

  #forgetOldest(): void {
    const [oldest] = this.#views.keys();
    this.#views.delete(oldest!);
  }
}

function wrap(ffi: Ffi, address: number, length: number): Buffer {
  // ffi-rs wraps pointers, not numbers: a cell that holds the address, read as a pointer, is the pointer.
  const cell = ffi.createPointer({ paramsType: [I64], paramsValue: [address] });
  try {
    return ffi.createExternalBuffer(ffi.unwrapPointer(cell)[0], length);
  } finally {
    // Without this every wrap loses the cell's 35 bytes.
    ffi.freePointer({ paramsType: [I64], paramsValue: cell, pointerType: RS_POINTER });
  }
}
