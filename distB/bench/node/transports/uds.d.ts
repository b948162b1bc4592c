import type { Asker } from '../pipes.js';
/** Answers every byte on a Unix domain socket. */
export declare function listen(path: string): Promise<void>;
/** Asks over the socket at `path`. */
export declare function connect(path: string): Promise<Asker>;
