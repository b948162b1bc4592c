/** What the tests of the asynchronous half share: endpoints that are closed after the test, and child processes. */
import { type ChildProcess } from 'node:child_process';
import { Eshm, type EshmOptions } from '../../../lib/index.js';
/** A channel name that nobody else uses. */
export declare function channelName(): string;
/** Has `endpoint` closed after the test. */
export declare function closeLater<T extends {
    close(): void;
}>(endpoint: T): T;
/** A master and a slave in this process. */
export declare function openPair(options?: EshmOptions & {
    encoding?: null;
}, name?: string): {
    name: string;
    master: Eshm<Buffer<ArrayBufferLike>>;
    slave: Eshm<Buffer<ArrayBufferLike>>;
};
/**
 * A master whose peer in another process takes it for stale late: a busy machine can stop a process for the usual
 * 100 ms. Closed after the test.
 */
export declare function openMaster(name: string): Eshm;
/** Starts child.js in `mode`; its messages come by IPC. */
export declare function startChild(mode: string, ...args: (string | number)[]): ChildProcess;
/** The next message of a child, or an error when it ends without one. */
export declare function answerOf<T>(child: ChildProcess): Promise<T>;
/** Ends a child at once. */
export declare function kill(child: ChildProcess): Promise<void>;
/** Waits until the other side of `endpoint` lives. */
export declare function peerOf(endpoint: Eshm<string | Buffer>): Promise<void>;
/** For an afterEach hook. */
export declare function closeAll(): Promise<void>;
