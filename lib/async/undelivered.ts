import { EshmError } from '../errors.js';

/** The error for a message of which nothing tells any more whether it was read: it is in another segment than this. */
export function masterReplaced(name: string): EshmError {
  return new EshmError(
    'ESHM_MASTER_STALE',
    `Cannot send to '${name}': its master was replaced by another, and nothing tells whether it had read the message; send it again if it may come twice, or set resendMs`,
  );
}

/** The error for a message that another has replaced before it was known to be read. */
export function messageReplaced(name: string): EshmError {
  return new EshmError(
    'ESHM_BUFFER_FULL',
    `Cannot send to '${name}': a write() has replaced the message before it was known to be read; do not mix them, or set resendMs`,
  );
}

/** What became of a message. */
export interface Outcome {
  /** What holds of it, in words. */
  readonly what: string;
  readonly timeoutMs: number;
  /** Whether it would be seen by more readers if it were written again. */
  readonly isWrittenOnce: boolean;
}

/**
 * The error for a message whose time is over; says whether the peer was alive.
 *
 * @param other - the peer's role
 */
export function outOfTime(name: string, outcome: Outcome, other: string, peerAlive: boolean): EshmError {
  const { what, timeoutMs, isWrittenOnce } = outcome;
  const life = peerAlive ? `the ${other} is alive` : `there is no live ${other}`;
  const hint = isWrittenOnce
    ? `; it was written once, which a ${other} that came later does not see, nor an older C++ or Python build that was not waiting: set resendMs to have it written again until it is read`
    : '';
  const message = `Cannot send to '${name}': ${what} within ${timeoutMs} ms; ${life}${hint}`;
  return new EshmError('ESHM_TIMEOUT', message, { peerAlive });
}
