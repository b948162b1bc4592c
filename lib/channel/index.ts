export type { WriterSigns } from './cursor.js';
export { MailboxReader } from './reader.js';
export type { RestFinder } from './rest.js';
export { type ChannelPlace, type ChannelViews, placeOf, viewChannel } from './views.js';
export { MailboxWriter } from './writer.js';
