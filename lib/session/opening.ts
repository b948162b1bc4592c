/** A line of a stack trace that is a call. */
const CALL = /^\s*at (.+)$/;

/**
 * Where an endpoint was opened: the calls that led to it. Taken at every opening, because a leak is noticed too late to
 * ask for it; it costs some microseconds of an opening, and becomes text only when it is looked at.
 *
 * Belongs to the thread that made it.
 */
export class Opening {
  readonly #trace: { stack?: string } = {};

  /** @param below - this function and what it called are left out */
  constructor(below: (...args: never[]) => unknown) {
    Error.captureStackTrace(this.#trace, below);
  }

  /** The calls, the innermost first, each as a stack trace has it; as many as `Error.stackTraceLimit` allows. */
  get calls(): readonly string[] {
    const lines = this.#trace.stack?.split('\n') ?? [];
    return lines.map((line) => CALL.exec(line)?.[1]).filter((call) => call !== undefined);
  }
}
