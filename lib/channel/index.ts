export { MailboxReader, NO_DATA, type WriterSigns } from './reader.js';
export { MailboxWriter } from './writer.js';
