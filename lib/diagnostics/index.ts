/**
 * Diagnostics: what endpoints tell anybody in the process, through `node:diagnostics_channel`.
 *
 * `channels.ts` has the channels and what is published on them, `sends.ts` follows a send to its end. Knows the names and
 * states of endpoints. Must not know the endpoint itself, nor stand in the way of a message: who publishes asks first
 * whether anybody listens.
 */
export {
  type CorruptMessage,
  type DiagnosedEndpoint,
  type EshmDiagnostics,
  type MissedMessage,
  publishCorrupt,
  publishMissed,
  publishState,
  type SendMessage,
  type StateMessage,
} from './channels.js';
export { followSend, followSendSync } from './sends.js';
