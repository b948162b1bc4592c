import type { Asker } from '../pipes.js';
/** Nothing to do: the answering end is forked by {@link connect}. */
export declare function listen(): Promise<void>;
/** Forks the answering end and asks it over the channel that Node makes for a fork; structured clone, no JSON. */
export declare function connect(): Promise<Asker>;
