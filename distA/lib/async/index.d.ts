export { type Codec, codecFor, type DataOf, type Encoding } from './encoding.js';
export { type Message, MessageIterator, type MessagesOptions } from './messages.js';
export { AsyncReader, type AsyncReadOptions } from './reader.js';
export { Sender, type SendOptions, type SendSyncOptions } from './sender.js';
export { MessageReadable, MessageWritable, type WritableOptions } from './streams.js';
