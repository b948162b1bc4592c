/**
 * A Node.js process as a master or slave on an ESHM channel. {@link Eshm} is the way in; what goes wrong is an
 * {@link EshmError}.
 *
 * Importing it works on every platform and starts no thread; the first endpoint of a thread starts its heartbeat worker.
 *
 * @module eshm
 */
/// <reference types="node" preserve="true" />

export type {
  AsyncReadOptions,
  Message,
  MessagesOptions,
  SendOptions,
  SendSyncOptions,
  WritableOptions,
} from './async/index.js';
export type { Wake } from './checks/index.js';
export type {
  Codec,
  CodecIn,
  CodecOption,
  CodecOut,
  CodecPair,
  DataOf,
  DecodedOf,
  Decoder,
  Encoder,
  EncoderOf,
  Encoding,
} from './codec/index.js';
export type {
  CorruptMessage,
  DiagnosedEndpoint,
  EshmDiagnostics,
  MissedMessage,
  SendMessage,
  StateMessage,
} from './diagnostics/index.js';
export { Eshm, type EshmOf, type OpenEndpoint, type WrittenBy } from './endpoint/index.js';
export { EshmError, type EshmErrorCode, errorText } from './errors.js';
export type { Emitter, EshmEvents } from './events.js';
export type { Role } from './header/index.js';
export {
  AdaptiveIdleStrategy,
  BACKOFF_DEFAULTS,
  BackoffIdleStrategy,
  BusySpinIdleStrategy,
  type Idle,
  type IdleName,
  type IdleStrategy,
  SleepingIdleStrategy,
  YieldingIdleStrategy,
} from './idle/index.js';
export type { ConnectOptions } from './joining/index.js';
export {
  type Direction,
  type ObservedChannel,
  type ObservedCodecs,
  type ObservedEitherWay,
  type ObservedEvent,
  type ObservedMessage,
  type ObservedRecords,
  type ObservedRole,
  type ObservedSide,
  type ObservedState,
  type ObserveOptions,
  Observer,
  type ObserverEvents,
  type WayData,
} from './observe/index.js';
export type {
  DisconnectBehavior,
  EshmOptions,
  Order,
  ReadOptions,
  RoleOption,
  ShmOption,
} from './options.js';
export type {
  AccessorsOf,
  AnyCodec,
  AtOnce,
  EachWayHasARecordOrCodec,
  InOf,
  OneThingEachWay,
  OnlyWays,
  OutOf,
  ReadOf,
  RecordIn,
  RecordOption,
  RecordOut,
  RecordPair,
  ThatWayHasARecord,
  ViewedOf,
  WaysOf,
  WithoutCodec,
  WithoutEncoding,
  WriteOf,
} from './record/endpoint.js';
export type { EshmStats, Reconnection, State, StatsOptions } from './session/index.js';

// For who imports nothing by name, to look after the threads it starts.
import './session/janitor.js';

export type { ShmKind } from './store/index.js';
