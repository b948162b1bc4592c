/**
 * What the worker leaves behind when it ends by an error: its owner may be blocked in `open`, where no event comes. One
 * SharedArrayBuffer: the length, then the text in UTF-8.
 */

const LENGTH_BYTES = 4;
const TEXT_BYTES = 4092;

/** Room for one fault; there is none yet. */
export function createFault(): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(LENGTH_BYTES + TEXT_BYTES));
}

/** Leaves `error` for {@link faultOf}; to be called by the worker, once. */
export function leaveFault(fault: Uint8Array, error: unknown): void {
  const text = Buffer.from(error instanceof Error ? error.message : String(error)).subarray(0, TEXT_BYTES);
  fault.set(text, LENGTH_BYTES);
  // ORDER(fault): the text is complete before its length shows.
  // Pairs with: faultOf(), which loads the length first.
  // Else: the owner tells half a sentence.
  // Not covered: nothing.
  Atomics.store(new Int32Array(fault.buffer), 0, text.length || -1);
}

/** The text of what was left, or `undefined` while there is nothing. */
export function faultOf(fault: Uint8Array): string | undefined {
  const length = Atomics.load(new Int32Array(fault.buffer), 0);
  // Copied, because text is not decoded from shared memory.
  return length === 0 ? undefined : Buffer.from(fault.slice(LENGTH_BYTES, LENGTH_BYTES + length)).toString();
}
