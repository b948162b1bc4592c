import { EshmError } from '../errors.js';
import { Patience, type Steps } from '../idle/index.js';
import { createTable, Global } from './table.js';
import { WorkerStart } from './worker-start.js';

/** How long a start waits for the worker's first pass, in ms; 25 is usual. */
const START_TIMEOUT_MS = 10_000;

/** Pause between two looks whether the worker has started, in ms. */
const START_LOOK_MS = 0.1;

/** Pause before a worker that could not start is tried again for the endpoints that are open, in ms. */
const RELAUNCH_MS = 100;

/**
 * Keeps a heartbeat worker running for its table: starts it, sees that it has started, and starts another where it has
 * ended. Belongs to the owner's thread.
 */
export abstract class Keeper {
  readonly table = createTable();
  #start: WorkerStart | undefined;
  /** Whether the worker was seen to work, since it was started last. */
  #hasStarted = false;
  #holds = 0;

  /** Takes the number of a row that has news. */
  protected abstract hear(row: number): void;

  /** Whether there is any endpoint to beat for. */
  protected abstract get isNeeded(): boolean;

  /** Whether a worker was started that has not ended. */
  get isRunning(): boolean {
    return this.#start !== undefined;
  }

  /** Whether the worker makes its passes: not before its first one, and not while another takes the place of one that ended. */
  get isAtWork(): boolean {
    // Unsigned: it runs over after some days.
    this.#hasStarted ||= Atomics.load(this.table, Global.passes) >>> 0 >= 2;
    return this.#hasStarted;
  }

  /** Starts the worker if there is none; returns at once. It makes its first pass some 25 ms later. */
  begin(): void {
    this.#start ??= this.#launch();
  }

  /**
   * Starts the worker if it does not run, and waits for its first pass. To be gone through before a role is marked
   * alive: from its mark on, an endpoint that does not beat uses up the peer's stale threshold.
   *
   * @throws {EshmError} ESHM_UNSUPPORTED as soon as it is known that it cannot start; ESHM_TIMEOUT when it makes no pass
   * in 10 s
   */
  *starting(): Steps<void> {
    this.begin();
    const start = this.#start!;
    const patience = new Patience(START_TIMEOUT_MS);
    while (!this.isAtWork) {
      const { failure } = start;
      if (failure !== undefined) {
        // The next endpoint tries again.
        if (this.#start === start) this.#forget();
        throw failure;
      }
      if (patience.isOver) {
        throw new EshmError(
          'ESHM_TIMEOUT',
          `Cannot open: the heartbeat worker made no pass in ${START_TIMEOUT_MS} ms, expected one in about 25; give this process more CPU, or open with useThreads: false`,
        );
      }
      yield START_LOOK_MS;
    }
  }

  /** Keeps the event loop alive until {@link release}: somebody is parked. Calls are counted. */
  hold(): void {
    if (this.#holds++ === 0) this.#start?.worker.ref();
  }

  /** Takes back one {@link hold}. */
  release(): void {
    if (--this.#holds === 0) this.#start?.worker.unref();
  }

  #launch(): WorkerStart {
    const start = new WorkerStart(this.table);
    const { worker } = start;
    worker.on('message', (row) => this.hear(row));
    worker.on('exit', () => {
      if (this.#start === start) this.#hasEnded();
    });
    worker.on('error', (error) => process.emitWarning(error));
    if (this.#holds === 0) worker.unref();
    return start;
  }

  /** It ends only with its thread, or by a fault; then the endpoints must not stop beating. */
  #hasEnded(): void {
    const hasWorked = this.isAtWork;
    this.#forget();
    if (!this.isNeeded) return;
    if (hasWorked) this.#relaunch();
    else this.#relaunchLater();
  }

  #relaunch(): void {
    try {
      this.begin();
    } catch (error) {
      process.emitWarning(error as Error);
      this.#relaunchLater();
    }
  }

  #relaunchLater(): void {
    setTimeout(() => {
      if (this.isNeeded) this.#relaunch();
    }, RELAUNCH_MS).unref();
  }

  #forget(): void {
    this.#start = undefined;
    this.#hasStarted = false;
    Atomics.store(this.table, Global.passes, 0);
  }
}
