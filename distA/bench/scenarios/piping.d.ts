import type { Bench } from '../bench.js';
import type { Running } from '../scenario.js';
/** Round trips of 64 bytes between two Node processes over a transport of bench/node/transports. */
export declare function piping(bench: Bench, transport: string): Promise<Running>;
