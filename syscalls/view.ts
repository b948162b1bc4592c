import { nativeFfi } from './native.js';

const I64 = 8;
const RS_POINTER = 0;

/**
 * Views of this thread by address and length. An address is wrapped once and the wrap kept, because the kernel hands
 * out the same few addresses again and again: reconnecting for an hour makes one wrap, not thirty-six thousand.
 */
const views = new Map<string, Buffer>();

/**
 * The memory at `address` as a Buffer, without copying. Costs 5 microseconds the first time, then a map look-up.
 *
 * The view does not keep the memory mapped: touching it while nothing is attached there kills the process.
 * Never hand it to a caller.
 *
 * @param address - where it is mapped
 * @param length - bytes, no more than are mapped there
 * @throws {UnsupportedError} where foreign memory cannot be mapped into JavaScript
 */
export function viewOf(address: number, length: number): Buffer {
  const id = `${address}+${length}`;
  let view = views.get(id);
  if (view === undefined) {
    view = wrap(address, length);
    views.set(id, view);
  }
  return view;
}

function wrap(address: number, length: number): Buffer {
  const { createPointer, unwrapPointer, createExternalBuffer, freePointer } = nativeFfi();
  // ffi-rs wraps pointers, not numbers: a cell that holds the address, read as a pointer, is the pointer.
  const cell = createPointer({ paramsType: [I64], paramsValue: [address] });
  try {
    return createExternalBuffer(unwrapPointer(cell)[0]!, length);
  } finally {
    // Without this every wrap loses the cell's 35 bytes.
    freePointer({ paramsType: [I64], paramsValue: cell, pointerType: RS_POINTER });
  }
}
