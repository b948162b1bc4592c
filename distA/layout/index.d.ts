export type { DecodedChannel } from './channel.js';
export { ALIGNMENT, DEFAULT_MAX_DATA_SIZE, DEFAULT_MODE, DEFAULT_READ_TIMEOUT_MS, HEARTBEAT_INTERVAL_MS, MAGIC, MAX_DATA_SIZE_LIMIT, PROTOCOL_DEFAULTS, VERSION, WATCH_INTERVAL_MS, } from './constants.js';
export { type DecodedSegment, decodeSegment } from './decode.js';
export { checkHeader, type DecodedHeader } from './header.js';
export { deriveKey } from './key.js';
export { layoutFor, type SegmentLayout } from './segment.js';
