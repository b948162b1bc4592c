import type { Direction } from '../index.js';

/** What was recorded of one direction. */
export interface RecordedTraffic {
  /** The channel's name. */
  readonly name: string;
  /** Which way. */
  readonly direction: Direction;
  /** Messages in the recording. */
  readonly messages: number;
  /** Messages that were overwritten before they were seen. */
  readonly missed: number;
  /** Bytes of the messages. */
  readonly bytes: number;
}

/** What a recorder has done so far. */
export interface RecorderStats {
  /** Messages in the recording, of all channels. */
  readonly messages: number;
  /** Messages that were overwritten before they were seen. */
  readonly missed: number;
  /** Bytes of the files, those that `keep` has removed too; what is not on the disk yet is counted uncompressed. */
  readonly size: number;
  /** The file that is being written, or was the last. */
  readonly file: string;
  /** Files that were begun. */
  readonly files: number;
  /** Time since the start, in ms. */
  readonly durationMs: number;
  /** Each direction of each channel. */
  readonly traffic: readonly RecordedTraffic[];
}
