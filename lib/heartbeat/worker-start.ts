import { readdirSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { isNativeLoaded, nativeFile } from '../../syscalls/native.js';
import { EshmError } from '../errors.js';
import { createFault, faultOf } from './fault.js';
import { WORKER_CODE } from './worker-code.js';

/** What the worker is given. */
export interface WorkerOutfit {
  readonly table: Int32Array;
  /** The file with ffi-rs's binary, as the owner has found it, where it has: the worker's code lies nowhere. */
  readonly binary: string | undefined;
  /** Whether the owner has loaded it: it is needed for mapped segments only. */
  readonly isNative: boolean;
  /** Where it leaves the error that ended it. */
  readonly fault: Uint8Array;
}

/** Time between two looks whether the worker's thread is still there, in ms. */
const LOOK_INTERVAL_MS = 20;

/**
 * One start of the heartbeat worker and, where it failed, the reason: also for a caller that blocks the event loop, and
 * hears neither `error` nor `exit`. Belongs to the owner's thread.
 */
export class WorkerStart {
  readonly worker: Worker;
  readonly #fault = createFault();
  /** The kernel's numbers of the threads that came with it: the worker's, and rarely another's. */
  readonly #threads: readonly string[];
  #lookMs: number;
  #hasEnded = false;

  /**
   * Its code is a string that travels with this module, so there is no file beside it to be missed, in a bundle for
   * example. CommonJS, because that starts without the loader of ES modules.
   *
   * @throws {EshmError} ESHM_UNSUPPORTED when there is no thread to be had
   * @throws Node's ERR_ACCESS_DENIED when the permission model forbids it
   */
  constructor(table: Int32Array) {
    const isNative = isNativeLoaded();
    const outfit: WorkerOutfit = { table, binary: nativeFile(), isNative, fault: this.#fault };
    const before = threadsOfProcess();
    try {
      this.worker = new Worker(WORKER_CODE, {
        eval: true,
        name: 'eshm-heartbeat',
        workerData: outfit,
        // The program's own loaders and flags are not for this worker, those in NODE_OPTIONS neither.
        execArgv: [],
        env: environment(),
        // It prints nothing; connecting its streams to the program's would create those first, which takes 3 ms.
        stdout: true,
        stderr: true,
      });
    } catch (error) {
      throw isInitFailure(error) ? cannotStart(error) : error;
    }
    // All that can be done later is done here, beside the start of the thread.
    this.#lookMs = performance.now() + LOOK_INTERVAL_MS;
    this.#threads = threadsOfProcess().filter((thread) => !before.includes(thread));
    this.worker.once('exit', () => {
      this.#hasEnded = true;
    });
  }

  /** Why it will never make a pass; `undefined` while it may. To be asked by whoever waits for its first. */
  get failure(): EshmError | undefined {
    const text = faultOf(this.#fault);
    if (text !== undefined) {
      return unsupported(
        `the heartbeat worker could not start (${text}), expected it to make a pass; see that what is installed with eshm is still in its place, or open with useThreads: false`,
      );
    }
    return this.#isGone()
      ? unsupported(
          "the heartbeat worker's thread has ended before it ran a line of ours, expected it to make a pass; the warning that follows says why; give this process more memory, or open with useThreads: false",
        )
      : undefined;
  }

  #isGone(): boolean {
    if (this.#hasEnded) return true;
    const nowMs = performance.now();
    if (this.#threads.length === 0 || nowMs < this.#lookMs) return false;
    this.#lookMs = nowMs + LOOK_INTERVAL_MS;
    const running = threadsOfProcess();
    return running.length > 0 && !this.#threads.some((thread) => running.includes(thread));
  }
}

/** Of the program's environment the worker needs nothing but what measures the coverage of tests. */
function environment(): NodeJS.Dict<string> {
  const { NODE_V8_COVERAGE } = process.env;
  return NODE_V8_COVERAGE === undefined ? {} : { NODE_V8_COVERAGE };
}

/** The kernel's numbers of this process's threads; none where `/proc` is not to be read. */
function threadsOfProcess(): string[] {
  // Others start their threads when they like, so that nothing can be told of which.
  if (process.versions.bun !== undefined || process.versions.deno !== undefined) return [];
  try {
    return readdirSync('/proc/self/task');
  } catch {
    return [];
  }
}

function isInitFailure(error: unknown): error is Error {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'ERR_WORKER_INIT_FAILED';
}

function cannotStart(cause: Error): EshmError {
  return unsupported(
    `the system gives no thread for the heartbeat worker (ERR_WORKER_INIT_FAILED: ${cause.message}), expected one; raise the limit (ulimit -u, or pids.max of the container), or open with useThreads: false`,
    cause,
  );
}

function unsupported(what: string, cause?: Error): EshmError {
  return new EshmError('ESHM_UNSUPPORTED', `Cannot open: ${what}`, { cause });
}
