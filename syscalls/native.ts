import { type Ffi, loadBinary } from './binary.js';
import { UnsupportedError } from './errors.js';
import { findBinary } from './find-binary.js';
import { reasonOf } from './load-error.js';

/** Why no shared memory of either kind can be used here, or `undefined` where it can. */
export function platformReason(): string | undefined {
  if (process.platform === 'linux' && process.arch === 'x64') return undefined;
  return `this is ${process.platform} on ${process.arch}, eshm needs linux on x64`;
}

/**
 * Why System V shared memory cannot be used here, or `undefined` where it can.
 *
 * Importing this package works everywhere; the first use throws this reason as an {@link UnsupportedError}.
 */
export function unsupportedReason(): string | undefined {
  const reason = platformReason();
  if (reason !== undefined) return reason;
  // Electron's V8 forbids ArrayBuffers over foreign memory; ffi-rs would hand out a silent copy instead.
  if (process.versions.electron !== undefined) {
    return `this is Electron ${process.versions.electron}, whose memory cage forbids mapping shared memory, in the main process and in every other of its own: run eshm in a plain Node process, which child_process.spawn('node', [file], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] }) starts and talks to`;
  }
  return undefined;
}

/** ffi-rs in this thread, and the file that it was loaded from. */
interface Loaded {
  readonly ffi: Ffi;
  readonly file: string;
}

function loadFfi(): Loaded | UnsupportedError {
  const reason = unsupportedReason();
  if (reason !== undefined) return new UnsupportedError(`Cannot use shared memory: ${reason}`);
  try {
    const file = findBinary();
    const ffi = loadBinary(file);
    // An empty path opens the running program itself, so it names no particular libc.
    ffi.open({ library: 'libc', path: '' });
    return { ffi, file };
  } catch (cause) {
    return new UnsupportedError(`Cannot use shared memory: ${reasonOf(cause)}`, { cause });
  }
}

/** `undefined` until it is needed: who never touches a System V segment needs no native code. */
let loaded: Loaded | UnsupportedError | undefined;

/** ffi-rs, loaded at the first call, or throws {@link UnsupportedError} with the reason why it cannot be had. */
export function nativeFfi(): Ffi {
  loaded ??= loadFfi();
  if (loaded instanceof Error) throw loaded;
  return loaded.ffi;
}

/** Whether this thread has loaded ffi-rs. */
export function isNativeLoaded(): boolean {
  return loaded !== undefined && !(loaded instanceof Error);
}

/**
 * The file with ffi-rs's binary, for other threads: the one that was loaded, else the one that would be; `undefined` where
 * there is none to be had.
 */
export function nativeFile(): string | undefined {
  if (loaded instanceof Error) return undefined;
  if (loaded !== undefined) return loaded.file;
  try {
    return unsupportedReason() === undefined ? findBinary() : undefined;
  } catch {
    return undefined;
  }
}
