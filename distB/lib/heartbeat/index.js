export { heartbeat } from './heartbeat.js';
export { Peer, Slot, slotAt, Wake } from './table.js';
//# sourceMappingURL=index.js.map