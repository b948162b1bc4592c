/** Checks of what callers pass to one call; those of `Eshm.open` are in options.ts. */
import { describe, describeNumber } from '../../layout/describe.js';
import { DEFAULT_READ_TIMEOUT_MS } from '../../layout/index.js';

/** For calls without options: nothing is allocated for them. */
export const NO_OPTIONS = Object.freeze({});

/**
 * Checks that options are an object and that every key is known: `read(100)` and `read({ timeout: 100 })` are mistakes
 * that would go unseen. A known key may be there and `undefined`.
 *
 * @param action - what cannot be done otherwise: `read`
 * @param known - every key that is allowed; its values mean nothing
 * @throws {TypeError} for anything else, with the key and those that are allowed
 */
export function checkOptions<T extends object>(
  action: string,
  options: T,
  known: Readonly<Record<keyof T, unknown>>,
): T {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`Cannot ${action}: options is ${describe(options)}, expected an object`);
  }
  // Inherited ones too, because those are read as well. Unlike Object.keys() it allocates nothing.
  for (const key in options) {
    if (!Object.hasOwn(known, key)) throw unknownOption(action, key, Object.keys(known));
  }
  return options;
}

function unknownOption(action: string, key: string, known: readonly string[]): TypeError {
  const oneOf = known.length === 1 ? '' : 'one of ';
  return new TypeError(
    `Cannot ${action}: there is no option '${key}', expected ${oneOf}'${known.join("', '")}'`,
  );
}

/**
 * Checks a timeout: milliseconds, 0 or more; `Infinity` waits without a limit.
 *
 * @throws {RangeError} for anything else
 */
export function checkTimeoutMs(action: string, timeoutMs: number = DEFAULT_READ_TIMEOUT_MS): number {
  if (typeof timeoutMs === 'number' && timeoutMs >= 0) return timeoutMs;
  throw new RangeError(
    `Cannot ${action}: timeoutMs is ${describeNumber(timeoutMs)}, expected 0 or more milliseconds`,
  );
}

/**
 * Checks what callers pass as `signal`; whether it is aborted is another question.
 *
 * @throws {TypeError} for anything but an AbortSignal or `undefined`
 */
export function checkSignal(action: string, signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal === undefined) return undefined;
  if (typeof signal === 'object' && typeof signal?.throwIfAborted === 'function') return signal;
  throw new TypeError(`Cannot ${action}: signal is ${describe(signal)}, expected an AbortSignal`);
}

/**
 * Checks the interval at which an unread message is published again.
 *
 * @throws {TypeError} for anything but a number or `undefined`
 * @throws {RangeError} for a number that is not more than 0
 */
export function checkResendMs(action: string, resendMs: number | undefined): number | undefined {
  if (resendMs === undefined) return undefined;
  if (typeof resendMs !== 'number') {
    throw new TypeError(`Cannot ${action}: resendMs is ${describe(resendMs)}, expected a number`);
  }
  if (!(resendMs > 0)) {
    throw new RangeError(`Cannot ${action}: resendMs is ${resendMs}, expected more than 0 milliseconds`);
  }
  return resendMs;
}
