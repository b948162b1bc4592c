/**
 * Store: the memory of a channel, of either kind, as words and bytes.
 *
 * `systemV` has segments under keys, `posix` files in `/dev/shm`; both give a `Store`. `ChannelName` is where both look.
 * Must know neither header nor mailbox: what lies where, and who may change it, is for others.
 */
export { type ChannelName, channelName, FILE_PREFIX, SHM_FOLDER } from './channel-name.js';
export { FileBytes } from './file-bytes.js';
export { type FileCall, FileError, isMissing } from './file-error.js';
export { hasFile } from './file-holders.js';
export { FileStore } from './file-store.js';
export { SHM_KINDS, type ShmKind } from './kind.js';
export { listFiles, posix, tryOpenById } from './posix.js';
export { didYouMean } from './similar.js';
export { Site } from './site.js';
export type { Shm, Store, StoreStat } from './store.js';
export { MappedStore, systemV } from './system-v.js';
export { MappedWords, type Words } from './words.js';
