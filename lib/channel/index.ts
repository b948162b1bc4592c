/**
 * Channel: one mailbox, the slot and the words around it, from its one writer's and its one reader's side.
 *
 * Knows the seqlock, where a writer rests, what deaths in mid-write leave behind, and what the counts tell of the slot's
 * size. Must not know who lives, waits or reconnects: it is told of a death, and never looks at a clock.
 */
export { copyChannels, imageOf, type ReadBytes } from './copy.js';
export type { WriterSigns } from './cursor.js';
export { type DataSize, findDataSize, type SizeBasis, slotSizeIn } from './data-size.js';
export { FileIncoming } from './file-incoming.js';
export { FileOutgoing } from './file-outgoing.js';
export type { Taken } from './late.js';
export { copyOf, lengthOf, toBytes, tooLarge, unfillable, unreadable, withLength } from './message-bytes.js';
export { MailboxReader } from './reader.js';
export { Answer, type Published } from './receipt.js';
export type { RestFinder } from './rest.js';
export { aheadOf, candidateSizes, fitsLayout, otherSlotSize } from './slot-size.js';
export {
  type ChannelPlace,
  type ChannelViews,
  type Counters,
  NOBODYS,
  placeOf,
  viewChannel,
} from './views.js';
export type { Window } from './window.js';
export { MailboxWriter } from './writer.js';
