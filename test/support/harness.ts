/** How a program ends that drives other processes: in good order, however it comes to that. */
import { setTimeout as sleep } from 'node:timers/promises';

/** What a shell gives for a program that was ended by this signal. */
const SIGNAL_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** How long the work may take to notice that it is to stop, in ms. */
const PATIENCE_MS = 15_000;

/** What a program is made of. */
export interface Harness {
  /** In front of what went wrong. */
  readonly name: string;
  /** Does the work, and gives the exit code. Once `stop` is aborted it begins nothing new. */
  readonly act: (stop: AbortSignal) => Promise<number>;
  /** Ends the processes of `act` and removes their segments, while it is at work and when it has ended. */
  readonly tidyUp?: () => Promise<void> | void;
}

/**
 * Runs a program and ends this process: with the code that `act` gives; with 1 when something failed, a promise that
 * nobody looked after too, and says what; with the shell's code on a signal. In every case it has tidied up by then.
 */
export async function runHarness({ name, act, tidyUp }: Harness): Promise<void> {
  const tell = (error: unknown) =>
    process.stderr.write(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : error}\n`);
  const stop = new AbortController();
  let acting: Promise<unknown> = Promise.resolve();
  const end = async (code: number, error?: unknown) => {
    // What fails while everything is taken down is no news.
    if (stop.signal.aborted) return;
    stop.abort();
    if (error !== undefined) tell(error);
    try {
      await tidyUp?.();
      await Promise.race([acting.catch(() => {}), sleep(PATIENCE_MS)]);
      await tidyUp?.(); // what it began while it was being stopped
      process.exit(code);
    } catch (failure) {
      tell(failure);
      process.exit(code || 1);
    }
  };
  const fail = (error: unknown) => void end(1, error ?? new Error('failed without a reason'));
  process.on('unhandledRejection', fail).on('uncaughtException', fail);
  for (const [signal, code] of Object.entries(SIGNAL_CODES)) process.on(signal, () => void end(code));
  const working = act(stop.signal);
  acting = working;
  await working.then(end, fail);
}
