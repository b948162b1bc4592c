export { MailboxReader } from './reader.js';
export { viewChannel } from './views.js';
export { MailboxWriter } from './writer.js';
//# sourceMappingURL=index.js.map