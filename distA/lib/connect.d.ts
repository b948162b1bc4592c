import type { Encoding } from './async/index.js';
import { type EshmOptions, type ResolvedOptions } from './options.js';
/** Options of `Eshm.connect`. */
export interface ConnectOptions<E extends Encoding = null> extends EshmOptions<E> {
    /** Only a slave waits for a master. */
    readonly role?: 'slave';
    /** How long to wait for a master, in ms; `Infinity` waits without a limit. 5000 by default. */
    readonly timeoutMs?: number;
    /** Ends the wait; the promise rejects with its reason. */
    readonly signal?: AbortSignal;
}
/** Waits for a living master under `name`, then opens the slave's end with `open`. */
export declare function connect<T>(name: string, connectOptions: ConnectOptions<Encoding>, open: (options: ResolvedOptions) => T): Promise<T>;
