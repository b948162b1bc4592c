export { recordEndpoint } from './janitor.js';
export type { EndpointRecord } from './registry.js';
