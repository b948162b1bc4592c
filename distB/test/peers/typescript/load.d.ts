import { type Eshm } from '../../../lib/index.js';
/** One message, into a buffer of `bufferSize` bytes where that is given. */
export declare function read(endpoint: Eshm, timeoutMs: number, bufferSize?: number): Buffer;
export declare function burst(endpoint: Eshm, [count, size, gapUs]: readonly number[]): string;
export declare function drain(endpoint: Eshm, [timeoutMs]: readonly number[]): string;
export declare function echo(endpoint: Eshm, [count, timeoutMs]: readonly number[]): string;
export declare function tortureWrite(endpoint: Eshm, seconds: number, what: string | undefined): string;
/** Spins, or with `lib` waits in `readSync`, as a program would. */
export declare function tortureRead(endpoint: Eshm, seconds: number, mode: string | undefined): string;
