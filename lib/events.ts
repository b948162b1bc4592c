import type { EshmError } from './errors.js';
import type { Reconnection } from './session/index.js';

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
