import type { EshmError } from './errors.js';
import type { Reconnection } from './session/index.js';
import type { ShmKind } from './store/index.js';

/** What an endpoint tells, on the event loop, after the fact. */
export interface EshmEvents {
  /** The other side has not beaten for the stale threshold. */
  stale: [];
  /** The same peer beats again. */
  recovered: [];
  /** This slave looks for a new master. */
  reconnecting: [];
  /** This slave has a new master. */
  reconnected: [reconnection: Reconnection];
  /**
   * It is decided in which kind of memory this endpoint is: a slave has come to one of the two places of a master with
   * `shm: 'auto'`, or this slave has found its master in the other kind.
   */
  joined: [kind: ShmKind];
  /** This slave has stopped looking, or another has taken the role of this endpoint; it can only be closed. */
  disconnected: [];
  /** The endpoint was closed. */
  closed: [];
  /** A read found that so many messages had been overwritten unread before it. */
  missed: [messages: number];
  /**
   * A read met a message that cannot be taken: ESHM_CORRUPT. Whatever the read does about it: `read`, `tryRead` and the
   * like throw the same error, loops and streams pass over the message.
   */
  corrupt: [error: EshmError];
}
