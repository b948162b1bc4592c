export { MailboxReader, NO_DATA, type WriterSigns } from './reader.js';
export { type ChannelViews, viewChannel } from './views.js';
export { MailboxWriter } from './writer.js';
