export { heartbeat, type Registration } from './heartbeat.js';
export { Peer, Slot, slotAt, Wake } from './table.js';
