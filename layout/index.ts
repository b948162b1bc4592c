/**
 * What the bytes of a segment mean: where each field lies, what a name's key is, which defaults there are. Pure functions
 * and constants: no memory, no clock, no system call; any thread may call them.
 *
 * @module eshm/layout
 */

export type { DecodedChannel } from './channel.js';
export {
  ALIGNMENT,
  DEFAULT_MAX_DATA_SIZE,
  DEFAULT_MODE,
  DEFAULT_READ_TIMEOUT_MS,
  EPOCH_FROM,
  HEARTBEAT_INTERVAL_MS,
  MAGIC,
  MAX_DATA_SIZE_LIMIT,
  PROTOCOL_DEFAULTS,
  VERSION,
  WATCH_INTERVAL_MS,
} from './constants.js';
export { messagesIn } from './count.js';
export { type DecodedSegment, decodeSegment } from './decode.js';
export { checkHeader, type DecodedHeader } from './header.js';
export { deriveKey } from './key.js';
export { layoutFor, type SegmentLayout } from './segment.js';
