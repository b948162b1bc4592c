/**
 * Metrics: a process's own endpoints in its registry of the npm package `prom-client`, an optional peer.
 *
 * `endpoints.ts` has the series of endpoints, `prom-client.ts` loads the package when it is needed, for the command too.
 * Knows the public face. Must not know how endpoints work inside, nor look at other processes: `eshm metrics` does that.
 *
 * @module eshm/metrics
 */
/// <reference types="node" preserve="true" />
export { type AnyEshm, type MetricsOptions, metrics } from './endpoints.js';
export type { PromClient } from './prom-client.js';
