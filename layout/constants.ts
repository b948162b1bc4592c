/** First word of every segment, `MHSE` as bytes in memory (ESHM protocol version 2, section 2). */
export const MAGIC = 0x4553484d;

/** Second word of every segment: the version of the layout described here (section 2). */
export const VERSION = 2;

/** Bytes in the slot of one channel unless both ends agree on another size (section 2). */
export const DEFAULT_MAX_DATA_SIZE = 4096;

/**
 * Largest `maxDataSize` that is accepted, in bytes: 512 MiB.
 *
 * It is the largest power of two whose whole segment (twice the slot and a little more) stays below 2^31 bytes,
 * so every size and every byte offset is a positive signed 32-bit integer: exact as a number, as an index into
 * any typed array, and as a C `int`. The protocol itself sets no limit.
 */
export const MAX_DATA_SIZE_LIMIT = 2 ** 29;

/** Header and channels start and end at a multiple of this many bytes, one cache line (section 1). */
export const ALIGNMENT = 64;

/**
 * Padding after a channel's counters, in bytes, before it is rounded up to {@link ALIGNMENT} (section 2). Peers of ours
 * leave receipts at its start; others zero it when they create the segment, and never look at it.
 */
export const COUNTERS_PADDING = 48;

/** Permission bits of a new segment (section 1). */
export const DEFAULT_MODE = 0o666;

/** How long a plain read waits for data, in milliseconds (section 3). */
export const DEFAULT_READ_TIMEOUT_MS = 1000;

/** Each side adds 1 to its own heartbeat this often, in milliseconds (section 5). */
export const HEARTBEAT_INTERVAL_MS = 1;

/** Each side looks at the other's heartbeat this often, in milliseconds (section 5). */
export const WATCH_INTERVAL_MS = 10;

/** What an endpoint does when its caller sets nothing (ESHM protocol version 2, section 6). */
export const PROTOCOL_DEFAULTS = Object.freeze({
  /** Slave when a segment is there, master otherwise. */
  role: 'auto',
  /** What a slave does about a stale master: reconnect, within the limits below. */
  disconnectBehavior: 'on-timeout',
  /** A heartbeat that stands still for this many milliseconds is stale. */
  staleThresholdMs: 100,
  /** A slave stops reconnecting after this many milliseconds; 0 means no limit. */
  reconnectWaitMs: 5000,
  /** Milliseconds between two attempts to reconnect. */
  reconnectRetryIntervalMs: 100,
  /** A slave stops reconnecting after this many attempts; 0 means no limit. */
  maxReconnectAttempts: 50,
  /** The creator of a segment removes it on close. */
  autoCleanup: true,
  /** Heartbeat and stale detection run in the background. */
  useThreads: true,
} as const);

/**
 * From this value on the high half of a 64-bit count of messages is no part of the count: a master of this package that
 * made a file of POSIX shared memory has put the time of its first message there, so that readers which remember a count
 * from an earlier file see a greater one. Messages alone would take centuries to get there.
 */
export const EPOCH_FROM = 2 ** 28;
