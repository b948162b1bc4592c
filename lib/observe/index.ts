/**
 * Observe: to see what goes over channels without being anybody on them.
 *
 * `observer.ts` is the public class; `place.ts` finds what is under a name now, `hold.ts` has it attached for reading,
 * `lane.ts` reads one direction of it, `pump.ts` makes one sequence of all lanes. `content.ts` tells what a channel's memory
 * holds, for commands that look too. Must not know roles that are taken: it writes no byte.
 */
export {
  copyChannels,
  type DataSize,
  findDataSize,
  fitsLayout,
  type ReadBytes,
  type SizeBasis,
} from '../channel/index.js';
export { contentOf } from './content.js';
export type {
  Direction,
  ObservedChannel,
  ObservedEitherWay,
  ObservedEvent,
  ObservedMessage,
  ObservedRole,
  ObservedSide,
  ObservedState,
  ObserverEvents,
} from './observed.js';
export { Observer } from './observer.js';
export {
  type ObservedCodecs,
  type ObservedRecords,
  type ObserveOptions,
  resolveObserve,
  type WayData,
} from './options.js';
