/**
 * Bridge: channels past one machine. {@link bridge} joins a channel with its namesake on another machine, over a NATS server.
 *
 * Knows the protocol between two bridges: subjects, presence, delivery; and sits on a session as an endpoint does. Must
 * not know the command line nor the public endpoint; only `server.ts` knows the NATS client, and loads it when it is
 * needed.
 *
 * @module eshm/bridge
 */
/// <reference types="node" preserve="true" />
export { Bridge, type BridgeChange, type BridgeEvents, bridge } from './bridge.js';
export type { BridgeState } from './channel.js';
export type { BridgeStats, RoundTrips } from './counters.js';
export type { BridgeOptions, ChannelConfig, ChannelOptions, Delivery, ServerOptions } from './options.js';
export { type End, encodeName } from './subjects.js';
