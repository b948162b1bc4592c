import pc from 'picocolors';
import type { SegmentState } from './inspect.js';
/** Colours for `stream`'s reader: none where it is no terminal, or under `NO_COLOR`. */
export declare function coloursFor(stream: NodeJS.WriteStream): ReturnType<typeof pc.createColors>;
/** The colour of a state: its word says the same, so nothing is lost without colours. */
export declare function paintState(text: string, state: SegmentState | 'gone', colours?: import("picocolors/types.js").Colors): string;
