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

/**
 * The error for a message of which `what` holds; says whether the peer was alive.
 *
 * @param other - the peer's role
 */
export function outOfTime(
  name: string,
  what: string,
  timeoutMs: number,
  other: string,
  peerAlive: boolean,
): EshmError {
  const life = peerAlive ? `the ${other} is alive` : `there is no live ${other}`;
  return new EshmError('ESHM_TIMEOUT', `Cannot send to '${name}': ${what} within ${timeoutMs} ms; ${life}`, {
    peerAlive,
  });
}
