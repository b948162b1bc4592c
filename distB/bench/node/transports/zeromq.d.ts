import type { Asker } from '../pipes.js';
/** Answers every message on an ipc:// address. */
export declare function listen(path: string): Promise<void>;
/** Asks over the ipc:// address. */
export declare function connect(path: string): Promise<Asker>;
