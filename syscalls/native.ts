import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { isMainThread } from 'node:worker_threads';
import { UnsupportedError } from './errors.js';
import { reasonOf } from './load-error.js';

type Ffi = typeof import('ffi-rs');

/** glibc and musl agree on it; Node's `os.constants.dlopen` leaves it out. */
const RTLD_NODELETE = 0x1000;

/**
 * Why System V shared memory cannot be used here, or `undefined` where it can.
 *
 * Importing this package works everywhere; the first use throws this reason as an {@link UnsupportedError}.
 */
export function unsupportedReason(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return `this is ${process.platform} on ${process.arch}, eshm needs linux on x64`;
  }
  // Electron's V8 forbids ArrayBuffers over foreign memory; ffi-rs would hand out a silent copy instead.
  if (process.versions.electron !== undefined) {
    return `this is Electron ${process.versions.electron}, whose memory cage forbids mapping shared memory, in the main process and in every other of its own: run eshm in a plain Node process, which child_process.spawn('node', [file], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] }) starts and talks to`;
  }
  return undefined;
}

/**
 * In a worker thread, keeps ffi-rs's library loaded after the thread is gone.
 *
 * When only workers load it, the last one to end unloads it, and the process dies of SIGSEGV in the thread's
 * destructors (ffi-rs 1.3.7, Node 20.20: 40 of 40 runs; none of 40 with this).
 */
function pinLibrary(require: NodeJS.Require): void {
  const fromFfi = createRequire(require.resolve('ffi-rs'));
  for (const flavour of ['gnu', 'musl']) {
    let file: string;
    try {
      file = fromFfi.resolve(`@yuuang/ffi-rs-linux-x64-${flavour}`);
    } catch {
      continue;
    }
    process.dlopen({ exports: {} }, file, constants.dlopen.RTLD_NOW | RTLD_NODELETE);
    return;
  }
}

function loadFfi(): Ffi | UnsupportedError {
  const reason = unsupportedReason();
  if (reason !== undefined) return new UnsupportedError(`Cannot use shared memory: ${reason}`);
  try {
    // In here, because a bundle may have no idea where it lies.
    const require = createRequire(import.meta.url);
    if (!isMainThread) pinLibrary(require);
    const ffi = require('ffi-rs') as Ffi;
    // An empty path opens the running program itself, so it names no particular libc.
    ffi.open({ library: 'libc', path: '' });
    return ffi;
  } catch (cause) {
    return new UnsupportedError(`Cannot use shared memory: ${reasonOf(cause)}`, { cause });
  }
}

const loaded = loadFfi();

/** ffi-rs, or throws {@link UnsupportedError} with the reason why it cannot be had. */
export function nativeFfi(): Ffi {
  if (loaded instanceof Error) throw loaded;
  return loaded;
}
