/**
 * Recording: what goes over channels, kept in MCAP files, and played again. {@link recorder} records, {@link replay} plays,
 * {@link openRecording} reads.
 *
 * Knows observers, endpoints and files. Must not know the command line; only `mcap.ts` knows `@mcap/core`, an optional peer,
 * and loads it when it is needed.
 *
 * @module eshm/recording
 */
/// <reference types="node" preserve="true" />

export type { Direction } from '../index.js';
export type { RecordedChannel } from './channels.js';
export type { Lateness } from './lateness.js';
export type { RecorderOptions } from './options.js';
export { Recorder, type RecorderEvents, recorder } from './recorder.js';
export type { RecordedTraffic, RecorderStats } from './recorder-stats.js';
export {
  openRecording,
  type RecordedMessage,
  Recording,
  type RecordingRange,
} from './recording.js';
export { replay } from './replay.js';
export type { ReplayOptions, ReplayRole } from './replay-options.js';
export { Replay, type ReplayedTraffic, type ReplayStats } from './replaying.js';
export type { RecordedEvent, RecordedState } from './state.js';
