import { EshmError } from '../errors.js';

/**
 * @param action - what was tried within a callback
 * @throws {EshmError} ESHM_INVALID_PARAM, always
 */
export function refuseNesting(action: string): never {
  throw new EshmError(
    'ESHM_INVALID_PARAM',
    `Cannot ${action}: an update() or view() of this endpoint is under way, expected none; ${action} when its callback has returned`,
  );
}

/** @throws {TypeError} for a promise, or what has a `then` as one has */
export function refusePromise(action: string, returned: object | null): void {
  if (returned === null) return;
  const { then } = returned as PromiseLike<unknown>;
  if (typeof then !== 'function') return;
  // Nobody asks what becomes of it; unhandled, its rejection would end the process.
  then.call(
    returned,
    () => {},
    () => {},
  );
  throw new TypeError(
    `Cannot ${action}: the callback returned a promise, expected it to be done when it returns; await before or after ${action}()`,
  );
}

/** The error for `update` or `view` on an endpoint that was not told of a record. */
export function noRecord(action: 'update' | 'view'): TypeError {
  const way = action === 'update' ? 'out' : 'in';
  return new TypeError(
    `Cannot ${action}: the endpoint has no record for that way, expected the option record or record.${way}`,
  );
}
