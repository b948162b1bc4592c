export type { WriterSigns } from './cursor.js';
export { MailboxReader } from './reader.js';
export { type ChannelViews, viewChannel } from './views.js';
export { MailboxWriter } from './writer.js';
