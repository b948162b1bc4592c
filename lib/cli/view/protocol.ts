/**
 * What the server of `eshm view` says to its page, as JSON.
 *
 * Texts of a channel (labels, names of fields, messages) come from foreign memory: the page shows them as text only.
 */

/** The kinds of memory; no import, because the page is compiled without Node. */
type ShmKind = 'system-v' | 'posix';

/** Which way a message went: from the master to the slave, or back. */
export type Direction = 'm2s' | 's2m';

/** What is served, under `/about`. */
export type About = LiveAbout | RecordingAbout;

/** The channels of a machine, as they are now. */
export interface LiveAbout {
  readonly mode: 'live';
  readonly host: string;
  readonly version: string;
}

/** A file. */
export interface RecordingAbout {
  readonly mode: 'recording';
  readonly file: string;
  readonly version: string;
  /** The first and the last message, in s since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly channels: readonly RecordedChannel[];
  /** What was wrong with the file, where it could be read all the same. */
  readonly notes: readonly string[];
}

/** A channel of a recording. */
export interface RecordedChannel {
  readonly id: string;
  readonly label: string;
  readonly shm: ShmKind | '';
  readonly m2s: number;
  readonly s2m: number;
}

/** A side of a channel. */
export interface RowSide {
  readonly pid: number;
  readonly process: string;
  /** `beating`, `stale`, `left`, `never started`. */
  readonly health: string;
  /** Beats per second; `null` before the second look. */
  readonly beats: number | null;
}

/** One direction of a channel. */
export interface RowFlow {
  /** Messages per second; `null` before the second look. */
  readonly rate: number | null;
  /** Messages written and not read. */
  readonly missed: number;
  readonly written: number;
}

/** A row of the table. */
export interface ChannelRow {
  /** The same for as long as the name or the key is: a restart does not change it. */
  readonly id: string;
  readonly label: string;
  readonly shm: ShmKind;
  /** The key of a segment, the name of a file. */
  readonly place: string;
  /** `gone` for what was there at an earlier look. */
  readonly state: 'live' | 'stale' | 'gone';
  readonly master: RowSide;
  readonly slave: RowSide;
  readonly generation: number;
  readonly m2s: RowFlow;
  readonly s2m: RowFlow;
  readonly ageS: number;
}

/** The event `table`: all rows, at each look. */
export interface TableEvent {
  /** In s since the epoch. */
  readonly at: number;
  readonly rows: readonly ChannelRow[];
  /** Why there are none; empty where nothing is wrong. */
  readonly fault: string;
}

/** The event `frame`: what is new of the chosen channel. */
export interface FrameEvent {
  /** In s since the epoch. */
  readonly at: number;
  readonly channel: string;
  /** How its messages are come by, for people. */
  readonly note: string;
  readonly m2s?: TrackFrame;
  readonly s2m?: TrackFrame;
}

/** What is new of one direction. */
export interface TrackFrame {
  readonly series?: SeriesFrame;
  readonly message?: ShownMessage;
}

/** Buckets of numbers over time, each with the least, the largest and the newest value in it. */
export interface SeriesFrame {
  /** Whether these are all there are, in the place of what the page has; else they follow it. */
  readonly whole: boolean;
  /** A bucket has all that came within so many ms: of times `t`, those with the same `floor(1000 t / widthMs)`. */
  readonly widthMs: number;
  /** The time of the newest message in each bucket, in s since the epoch. A first one may be the page's last, updated. */
  readonly times: readonly number[];
  readonly fields: readonly FieldSeries[];
  /** How many more fields there are that nobody keeps. */
  readonly more: number;
}

/** One field; `null` where a bucket has no number of it. */
export interface FieldSeries {
  readonly name: string;
  readonly min: readonly (number | null)[];
  readonly max: readonly (number | null)[];
  readonly last: readonly (number | null)[];
}

/** A message, as far as a screen shows it. */
export interface ShownMessage {
  /** In s since the epoch. */
  readonly at: number;
  readonly count: number;
  /** Messages that were overwritten before this one was seen. */
  readonly missed: number;
  readonly generation: number;
  readonly size: number;
  /** Its first bytes, in base64. */
  readonly bytes: string;
  /** What it was read as: `Pose`, `items`, `JSON`; nothing where it is bytes to us. */
  readonly as?: string;
  /** Name and value of each field, as text. */
  readonly fields?: readonly (readonly [name: string, value: string])[];
}

/** What `/history` gives: what is known of a channel between two times. */
export interface History {
  readonly from: number;
  readonly to: number;
  readonly m2s: SeriesFrame;
  readonly s2m: SeriesFrame;
}

/** The name under which messages per second are kept among the fields; no field of a message has a name like it. */
export const RATE = '\0rate';
