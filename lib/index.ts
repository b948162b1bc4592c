/**
 * A Node.js process as a master or slave on an ESHM channel. {@link Eshm} is the way in; what goes wrong is an
 * {@link EshmError}.
 *
 * Importing it works on every platform and starts no thread; the first endpoint of a thread starts its heartbeat worker.
 *
 * @module eshm
 */

export type {
  AsyncReadOptions,
  DataOf,
  Encoding,
  Message,
  MessagesOptions,
  SendOptions,
  SendSyncOptions,
  WritableOptions,
} from './async/index.js';
export type { ConnectOptions } from './connect.js';
export { Eshm, type ReadOptions } from './endpoint.js';
export { EshmError, type EshmErrorCode, errorText } from './errors.js';
export type { EshmEvents } from './events.js';
export type { Role } from './header.js';
export {
  BACKOFF_DEFAULTS,
  BackoffIdleStrategy,
  BusySpinIdleStrategy,
  type Idle,
  type IdleName,
  type IdleStrategy,
  SleepingIdleStrategy,
  YieldingIdleStrategy,
} from './idle/index.js';
export type { DisconnectBehavior, EshmOptions, Order, RoleOption } from './options.js';
export type { Reconnection, State } from './session.js';
export type { EshmStats } from './stats.js';

// For who imports nothing by name, to look after the threads it starts.
import './threads/janitor.js';
