export { ALIGNMENT, DEFAULT_MAX_DATA_SIZE, DEFAULT_MODE, DEFAULT_READ_TIMEOUT_MS, HEARTBEAT_INTERVAL_MS, MAGIC, MAX_DATA_SIZE_LIMIT, PROTOCOL_DEFAULTS, VERSION, WATCH_INTERVAL_MS, } from './constants.js';
export { decodeSegment } from './decode.js';
export { checkHeader } from './header.js';
export { deriveKey } from './key.js';
export { layoutFor } from './segment.js';
//# sourceMappingURL=index.js.map