export { heartbeat, type Registration } from './heartbeat.js';
export { HeartbeatRest } from './rest-finder.js';
export { Peer, Slot, slotAt, Wake } from './table.js';
