export { codecFor } from './encoding.js';
export { MessageIterator } from './messages.js';
export { AsyncReader } from './reader.js';
export { Sender } from './sender.js';
export { MessageReadable, MessageWritable } from './streams.js';
//# sourceMappingURL=index.js.map