import { constants } from 'node:os';

/** What this package calls of ffi-rs's binary, as it exports it; numbers of types are those of its `DataType`. */
export interface Ffi {
  open(library: { library: string; path: string }): void;
  load(call: {
    library: string;
    funcName: string;
    retType: number;
    paramsType: readonly unknown[];
    paramsValue: readonly unknown[];
    errno: boolean;
    freeResultMemory: boolean;
  }): unknown;
  createPointer(values: { paramsType: readonly number[]; paramsValue: readonly unknown[] }): unknown[];
  unwrapPointer(pointers: unknown[]): unknown[];
  createExternalBuffer(pointer: unknown, length: number): Buffer;
  freePointer(pointers: { paramsType: readonly number[]; paramsValue: unknown[]; pointerType: number }): void;
}

/** glibc and musl agree on it; Node's `os.constants.dlopen` leaves it out. */
const RTLD_NODELETE = 0x1000;

/**
 * Loads ffi-rs's binary into this thread, past the JavaScript of its package: that asks for a diagnostic report of the
 * whole process first, 5 ms, to tell glibc from musl.
 *
 * It stays loaded after the thread is gone. When only workers load it, the last one to end unloads it otherwise, and the
 * process dies of SIGSEGV in the thread's destructors (ffi-rs 1.3.7, Node 20.20: 40 of 40 runs; none of 40 with this).
 *
 * @param file - absolute path
 * @throws what `process.dlopen` throws
 */
export function loadBinary(file: string): Ffi {
  const module = { exports: {} };
  process.dlopen(module, file, constants.dlopen.RTLD_NOW | RTLD_NODELETE);
  return module.exports as Ffi;
}
