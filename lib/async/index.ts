/**
 * Async: reading and sending without blocking the event loop: waits, loops, streams, delivery.
 *
 * Knows a session's reader and writer, and how to be woken. Must not know segments, starts or reconnection.
 */

export type { Condition, WaitManner } from './condition.js';
export { Doubts } from './doubts.js';
export type { SentMark } from './in-flight.js';
export { LEFT, type Message, MessageIterator, type MessageSource, type MessagesOptions } from './messages.js';
export { PassedOver } from './passed-over.js';
export { AsyncReader, type AsyncReadOptions } from './reader.js';
export { Sender, type SendOptions, type SendSyncOptions } from './sender.js';
export { MessageReadable, MessageWritable, type WritableOptions } from './streams.js';
export { Wait } from './wait.js';
