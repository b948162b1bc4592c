/**
 * What the heartbeat worker and the thread that owns the endpoints tell each other: one SharedArrayBuffer of 32-bit
 * words. Both sides import the indices from here.
 */

/** Endpoints one worker can beat for; SHMMNI, the kernel's own limit for segments, is 4096 by default. */
export const MAX_ROWS = 4096;

/** Words at the start of the table. */
export const Global = {
  /** Counts the starts and ends of the worker's passes: odd while a pass is under way. */
  passes: 0,
  /** Slots in use or once used: the worker looks at no others. */
  rows: 1,
  /** The owner changes and notifies it to wake the worker before its time. */
  wake: 2,
  /** Changes whenever the owner arms a wait, so that the worker does not go to sleep on one that it has not seen. */
  arms: 3,
  /** Until when the worker sleeps: ms of the clock that both threads have, as a double. */
  next: 4,
} as const;

const GLOBAL_WORDS = 16;

/** Words of one row, one endpoint each. */
export const Row = {
  /** 0 = free, else a number that is new at every registration. */
  registration: 0,
  /** Where the segment is mapped: low and high half. */
  addressLow: 1,
  addressHigh: 2,
  /** Number of the open file, where the channel is in one, and 1 more; 0 where a segment is mapped. */
  file: 3,
  /** Bytes in one slot of the channel, and which role it is: what lies where follows from these, see words.ts. */
  maxDataSize: 4,
  isMaster: 5,
  /** 1 for who has no role: the worker then changes nothing in the memory. */
  isObserver: 6,
  /** What stands in the word that tells who has the own role, generation or pid, while it is this endpoint. */
  ownMark: 7,
  /** 1 where the start found its own mark: an older endpoint that has it may still be there. */
  isNamesake: 8,
  /** The kernel's id of the segment. */
  segment: 9,
  /** Changes twice with every move to another segment: odd while one is under way. The owner writes it. */
  moves: 10,
  /** One of {@link Peer}; the worker writes it, the owner writes its first value. */
  peer: 11,
  /** 1 where a peer that was never there is no loss: a master waits for its slave, a slave has lost its master. */
  mayBeAbsent: 12,
  /** Times the peer was seen to be another one: its identity changed, or its heartbeat ran backwards. */
  restarts: 13,
  /** Changes whenever the worker has something to report, so that one load tells whether there is anything new;
   * never negative. */
  news: 14,
  /** {@link Row.moves} of the segment in which {@link Row.beat} was stored. */
  beatMoves: 15,
  /** What the worker stored in the own heartbeat last: 64 bits. */
  beat: 16,
  /** 1 once another has started in the own role after this endpoint; for those that the identity does not tell apart. */
  overtaken: 18,
  /** Times the worker has made sure that no older endpoint with the same mark uses the role any more. */
  timesAlone: 19,
  /** Which waits are armed: bits of {@link Armed}. The owner sets them, the worker clears what it has reported. */
  armed: 20,
  /** The values that the watched words move away from: `sequence`, and the low halves of both counts. */
  sequenceSeen: 21,
  readCountSeen: 22,
  writeCountSeen: 23,
  /** How often to look for a message, in us; 0: with every beat. */
  lookUs: 24,
  /** To what the time between two looks grows with the wait, in us. */
  longestLookUs: 25,
  /** When the wait for a message began: ms of the clock that both threads have, as a double. */
  since: 26,
  /** The same three of a wait for an acknowledgement. */
  readLookUs: 28,
  readLongestLookUs: 29,
  readSince: 30,
  /**
   * When to wake the owner that waits for a message, whether or not anything moved: ms of the clock that both threads have,
   * as a double.
   */
  alarm: 32,
  /** Time from one alarm to the next as far as is known, in us; 0 where it is not. */
  periodUs: 34,
  /** The reader does not know where the writer of its channel rests: the number of its question, 0 for none. */
  restAsked: 35,
  /** The question that the worker has answered last. */
  restFound: 36,
  /** Its answer: `sequence - 2 * writeCount` at rest. */
  rest: 37,
  /** The writer's identity that the answer is about. */
  restOf: 38,
  /** 1 where the answer is a guess. */
  restIsGuess: 39,
} as const;

/** A multiple of 16, so that no two rows share a cache line. */
export const ROW_WORDS = 48;

/** What a parked wait is for. */
export const Armed = {
  /** A message: `sequence` of the channel that is read moves. */
  message: 1,
  /** An acknowledgement: `readCount` of the channel that is written moves. */
  read: 2,
  /**
   * The low half of `writeCount` of the channel that is read moves: for a reader that cannot tell by `sequence` alone
   * whether a message is whole. Armed beside {@link Armed.message}, and rung and cleared with it.
   */
  counted: 4,
} as const;

/** What one waits for; `counted` is only beside a message. */
export type Armed = typeof Armed.message | typeof Armed.read;

/** Where the row has the value that a wait wants to see changed, and how closely to look for it. */
export const WAIT_WORDS = {
  [Armed.message]: {
    seen: Row.sequenceSeen,
    lookUs: Row.lookUs,
    longestLookUs: Row.longestLookUs,
    since: Row.since,
  },
  [Armed.read]: {
    seen: Row.readCountSeen,
    lookUs: Row.readLookUs,
    longestLookUs: Row.readLongestLookUs,
    since: Row.readSince,
  },
} as const;

/** How closely the worker looks for a parked wait. */
export interface Pace {
  /** Time between two looks, in ms; 0: with every beat. */
  readonly lookMs: number;
  /** Longest time between two looks, in ms: it grows with the wait. {@link lookMs} if not given. */
  readonly longestLookMs?: number;
  /** When the wait began, on the clock of its `performance.now()`; needed with {@link longestLookMs}. */
  readonly sinceMs?: number;
  /** When to wake the owner whether or not anything moved, on the clock of its `performance.now()`. */
  readonly alarmMs?: number | undefined;
  /** Time from one alarm to the next, as far as is known. */
  readonly periodMs?: number;
}

/** What makes a time of this thread's `performance.now()` one of the clock that all threads have, in ms. */
export const ORIGIN_MS: number = originMs();

/** The best of some pairs of looks at both clocks: what comes between two looks, as the loading of one, only adds. */
function originMs(): number {
  let bestMs = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 8; i++) {
    const nowMs = performance.now();
    bestMs = Math.min(bestMs, Number(process.hrtime.bigint()) / 1e6 - nowMs);
  }
  return bestMs;
}

/** What the worker knows about the other side. */
export const Peer = {
  /** Never seen beating. */
  absent: 0,
  /** Beats, or is flagged alive and still has time to show it. */
  alive: 1,
  /** Has not beaten for the stale threshold. */
  stale: 2,
} as const;

/** A table for `rows` endpoints, all free. */
export function createTable(rows: number = MAX_ROWS): Int32Array {
  return new Int32Array(new SharedArrayBuffer((GLOBAL_WORDS + rows * ROW_WORDS) * 4));
}

/** Index of the first word of row `row`. */
export function rowAt(row: number): number {
  return GLOBAL_WORDS + row * ROW_WORDS;
}

/** Stores an address, which has up to 47 bits, as two words. */
export function storeAddress(table: Int32Array, at: number, address: number): void {
  table[at + Row.addressLow] = address | 0;
  table[at + Row.addressHigh] = Math.floor(address / 2 ** 32);
}

/** The address that {@link storeAddress} stored. */
export function loadAddress(table: Int32Array, at: number): number {
  return table[at + Row.addressHigh]! * 2 ** 32 + (table[at + Row.addressLow]! >>> 0);
}
