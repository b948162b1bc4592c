/**
 * Header: the words before the two channels, and whose process is whose.
 *
 * Knows where each word is (by `layout/`), its width and its order. Must not know when an endpoint starts, dies or is
 * judged stale: that is for `joining/`, `heartbeat/` and `session/`.
 */
export { type Attachment, attachmentsIn, attachmentsOf } from './attachments.js';
export {
  channelsOf,
  FIELDS_OF,
  FIRST_GENERATION,
  Header,
  hasHeader,
  otherRole,
  type Role,
  STALE_THRESHOLD_AT,
} from './header.js';
export { MetProcess, processExists } from './process.js';
