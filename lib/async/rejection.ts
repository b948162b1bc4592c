import { EshmError } from '../errors.js';

/** Errors that say already who waited for them: one that is thrown again does not grow. */
const told = new WeakSet<EshmError>();

/**
 * Has a promise fail with `error`, whose stack then ends with the calls that wait for that promise. An error that is made in
 * a timer has none of them, and to note them at each call would cost every read; the engine knows them while what they
 * wait for is being settled. What is no error of this package is left as it is.
 *
 * @param resolve - of the promise
 * @param reject - of the promise
 */
export function fail(
  error: unknown,
  resolve: (failure: Promise<never>) => void,
  reject: (reason: unknown) => void,
): void {
  if (!(error instanceof EshmError) || told.has(error)) {
    reject(error);
    return;
  }
  told.add(error);
  const failure = Promise.resolve()
    // By the next one the promise waits for this.
    .then(() => {})
    .then((): never => {
      error.stack = `${error.stack}${waitingCalls()}`;
      throw error;
    });
  resolve(failure);
}

/** The lines of a stack trace that say who waits for the promise that is being settled; empty where nobody is known. */
function waitingCalls(): string {
  const here: { stack?: string } = {};
  Error.captureStackTrace(here);
  const lines = (here.stack ?? '').split('\n').filter((line) => /^ {4}at async /.test(line));
  return lines.map((line) => `\n${line}`).join('');
}
