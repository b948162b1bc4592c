import { Eshm, type EshmErrorCode, type EshmOptions } from '../../lib/index.js';
/** An endpoint of this process with a list of everything it tells. */
export interface Recording {
    readonly endpoint: Eshm;
    /** Names of its events in order. */
    readonly events: string[];
    /** Payloads of `reconnected`. */
    readonly reconnections: {
        generation: number;
        tookMs: number;
    }[];
}
/** Opens `name` and records its events; the caller closes it. */
export declare function openRecorded(name: string, options: EshmOptions): Recording;
/** The code that `act` is refused with, or `undefined` when it succeeds. */
export declare function codeOf(act: () => unknown): EshmErrorCode | undefined;
