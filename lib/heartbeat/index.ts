export { heartbeat, type Registration } from './heartbeat.js';
export { Peer, Slot, slotAt } from './table.js';
