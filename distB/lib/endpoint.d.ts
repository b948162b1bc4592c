import { EventEmitter } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { type AsyncReadOptions, type DataOf, type Encoding, type Message, type MessagesOptions, type SendOptions, type SendSyncOptions, type WritableOptions } from './async/index.js';
import { type ConnectOptions } from './connect.js';
import { type Role } from './header.js';
import { type EshmOptions } from './options.js';
import { type Reconnection, type State } from './session.js';
import { type EshmStats } from './stats.js';
/** What an endpoint tells, on the event loop, after the fact. */
export interface EshmEvents {
    /** The other side has not beaten for the stale threshold. */
    stale: [];
    /** The same peer beats again. */
    recovered: [];
    /** This slave looks for a new master. */
    reconnecting: [];
    /** This slave has a new master. */
    reconnected: [reconnection: Reconnection];
    /** This slave has stopped looking; it can only be closed. */
    disconnected: [];
    /** The endpoint was closed. */
    closed: [];
    /** A read found that so many messages had been overwritten unread before it. */
    missed: [messages: number];
}
/** Options of a read that blocks. */
export interface ReadOptions {
    /** How long to wait, in ms: 0 looks once, `Infinity` waits without a limit. 1000 by default. */
    readonly timeoutMs?: number;
}
/**
 * One end of an ESHM channel: a master or a slave that exchanges messages with one peer on the same machine, in
 * TypeScript, C++ or Python, through shared memory.
 *
 * The channel holds one message each way. A write replaces the one before, read or not; a reader learns how many it
 * {@link missed}. An endpoint belongs to the thread that opened it, its data never leaves the process's memory through
 * it: callers get copies.
 *
 * `Data` is what reads return: `Buffer`, or `string` where the option `encoding` is set.
 *
 * @example
 * using master = Eshm.open('robot', { role: 'master' });
 * master.write('go');
 */
export declare class Eshm<Data extends string | Buffer = Buffer> extends EventEmitter<EshmEvents> implements AsyncIterable<Data> {
    #private;
    /** The name that was opened. Names are not stored in the segment; both ends must use the same one. */
    readonly name: string;
    /** The System V key derived from {@link name}: signed 32 bits, never 0. `ipcs -m` shows it in hexadecimal. */
    readonly key: number;
    /** What this endpoint became; `'auto'` ends up as one of the two. */
    readonly role: Role;
    /**
     * Opens an end of the channel `name` (ESHM protocol version 2, section 4): a master creates the segment or takes it
     * over, a slave attaches to the one that is there, `'auto'` does whichever applies.
     *
     * Blocks this thread: for about 40 ms the first time in a thread (the heartbeat worker starts), and for the stale
     * threshold where a peer in the same role is flagged alive but dead.
     *
     * @param name - any non-empty text without NUL; the same on both ends
     * @throws {TypeError} for a name or an option of the wrong type
     * @throws {RangeError} for a name or an option that is not allowed
     * @throws {EshmError} ESHM_SHM_ATTACH (no segment, or not this channel's), ESHM_SHM_CREATE, ESHM_ROLE_MISMATCH (a
     * live peer has this role already), ESHM_UNSUPPORTED (not Linux on x86-64); nothing is left behind
     */
    static open<E extends Encoding = null>(name: string, options?: EshmOptions<E>): Eshm<DataOf<E>>;
    /**
     * Opens the slave's end as soon as a living master is there. Does not block the event loop while it waits.
     *
     * @param options - those of {@link Eshm.open}, `timeoutMs` (5000 by default, `Infinity` for no limit) and `signal`
     * @throws {EshmError} ESHM_TIMEOUT with the last obstacle as `cause`; at once whatever waiting cannot mend
     * @throws the reason of `signal` when it is aborted
     */
    static connect<E extends Encoding = null>(name: string, options?: ConnectOptions<E>): Promise<Eshm<DataOf<E>>>;
    private constructor();
    /** `'connected'`, `'stale'`, `'reconnecting'`, `'disconnected'` or `'closed'`. */
    get state(): State;
    /** Whether the other side is there and its heart beats. A killed process counts as alive for the stale threshold. */
    get remoteAlive(): boolean;
    /** Messages that were overwritten unread between the last two reads. */
    get missed(): number;
    /**
     * Publishes `data` in place of what was there. Never blocks; a write of 64 bytes takes some tens of ns.
     *
     * It also replaces the message of a {@link send} that is under way, which then rejects (or publishes it again, with
     * `resendMs`).
     *
     * @param data - bytes, or text that is written as UTF-8 without a NUL (with one under the encoding `'cstring'`); 0
     * bytes are a message too
     * @throws {TypeError} for anything else
     * @throws {EshmError} ESHM_BUFFER_TOO_SMALL over `maxDataSize`, before anything is touched; ESHM_TIMEOUT while a
     * slave looks for a new master (try again); ESHM_MASTER_STALE once it has given up; ESHM_CLOSED
     */
    write(data: string | Uint8Array): void;
    /**
     * Takes the newest message if there is one that was not read yet.
     *
     * @returns a copy (text where the endpoint has an encoding), or `undefined`
     * @throws {EshmError} ESHM_CORRUPT (the next message is read as usual), ESHM_MASTER_STALE once a slave has given up
     * its master, ESHM_CLOSED
     */
    tryRead(): Data | undefined;
    /**
     * As {@link tryRead}, into memory of the caller's: no allocation, for loops that count nanoseconds. Bytes as they are,
     * whatever the encoding.
     *
     * @returns the size in bytes, or -1 when there is nothing new
     * @throws {TypeError} when `target` is not a Uint8Array
     * @throws {EshmError} ESHM_BUFFER_TOO_SMALL when `target` is too small: the message stays for the next read
     */
    tryReadInto(target: Uint8Array): number;
    /**
     * Waits for a message and blocks this thread meanwhile; the heartbeat goes on. How it passes the time is the option
     * `idle`. A slave whose master went stale looks for a new one while it waits.
     *
     * @throws {RangeError} for a timeout that is not 0 or more
     * @throws {EshmError} ESHM_TIMEOUT, ESHM_NO_DATA with a timeout of 0, ESHM_CORRUPT, ESHM_MASTER_STALE, ESHM_CLOSED
     */
    readSync(options?: ReadOptions): Data;
    /**
     * A copy of the slot as it stands, read or not; counts nothing. `undefined` while nothing was ever written, and for
     * the moment of a write.
     *
     * @throws {EshmError} ESHM_CORRUPT, ESHM_CLOSED
     */
    peek(): Data | undefined;
    /**
     * Waits for a message without blocking the event loop. Looks at every turn of the loop for a while (some hundred
     * microseconds; longer while messages come quickly), then parks until the heartbeat worker wakes it, within about a
     * millisecond. Keeps the process alive while it waits. What was read is the caller's; an aborted read has read
     * nothing.
     *
     * @param options - `timeoutMs` (1000 by default, 0 looks once, `Infinity` for no limit) and `signal`
     * @returns a promise that rejects with a RangeError or TypeError for such an option, with the reason of `signal`, or
     * with an EshmError: ESHM_TIMEOUT, ESHM_NO_DATA with a timeout of 0, ESHM_CORRUPT (the next message is read as usual),
     * ESHM_MASTER_STALE, ESHM_CLOSED, ESHM_INVALID_PARAM while another asynchronous read, iterator or stream reads
     *
     * @example
     * const message = await slave.read({ timeoutMs: 100, signal: AbortSignal.timeout(50) });
     */
    read(options?: AsyncReadOptions): Promise<Data>;
    /**
     * Every message with what is known about it, without a limit of time. As {@link read} otherwise: one reader at a
     * time, from the first message until the loop is left. Lives through a reconnect; throws ESHM_CLOSED or
     * ESHM_MASTER_STALE once the endpoint is closed or has given up.
     *
     * @example
     * for await (const { data, missed } of slave.messages({ signal })) console.log(data.length, missed);
     */
    messages(options?: MessagesOptions): AsyncIterableIterator<Message<Data>, undefined>;
    /** As {@link messages}, the data alone. */
    [Symbol.asyncIterator](): AsyncIterableIterator<Data, undefined>;
    /**
     * Publishes `data` and waits, without blocking the event loop, until the peer has read it: its `readCount` has moved.
     * Calls that overlap queue in order, up to the option `maxPending`; no message replaces one of an earlier call that is
     * still waited for. `data` may be changed as soon as this returns.
     *
     * Without `resendMs` the message is published once and read at most once. A peer that forgets what was written
     * between its reads (the original's C++ and Python on System V) may never see it: set `resendMs`, and it is published
     * again until read. Then it may be read more than once.
     *
     * A peer that was killed after it read a message has read it, as far as anyone can tell. When a slave finds a new
     * master's segment while it waits, the message is published again there with `resendMs`; without it the promise
     * rejects with ESHM_MASTER_STALE. A send that was aborted or timed out leaves its message in the slot: it may still be
     * read, and the next one replaces it.
     *
     * @param options - `timeoutMs` from the call on (1000 by default), `signal`, `resendMs`
     * @returns a promise that rejects with a TypeError or RangeError for a wrong argument, with the reason of `signal`, or
     * with an EshmError: ESHM_TIMEOUT (`peerAlive` says whether the peer's heart was beating), ESHM_BUFFER_FULL (too many
     * are under way, or a plain {@link write} has replaced the message), ESHM_BUFFER_TOO_SMALL, ESHM_MASTER_STALE,
     * ESHM_CLOSED
     *
     * @example
     * await master.send('open the gripper', { timeoutMs: 500, resendMs: 5 });
     */
    send(data: string | Uint8Array, options?: SendOptions): Promise<void>;
    /**
     * As {@link send}, but blocks this thread: for scripts and worker threads. How it passes the time is the option `idle`.
     *
     * @throws {EshmError} as `send` rejects; ESHM_BUFFER_FULL while one of those is under way
     */
    sendSync(data: string | Uint8Array, options?: SendSyncOptions): void;
    /**
     * An object-mode stream of the messages. It reads when its consumer wants more; a message that is overwritten
     * meanwhile is missed. Ends with an error when the endpoint is closed or gives up.
     */
    readable(options?: MessagesOptions): Readable;
    /**
     * An object-mode stream of strings or bytes, each a message that is {@link send | sent}: the next chunk is taken when
     * the peer has read this one.
     *
     * @param options - those of `send`, for every chunk; `timeoutMs` is `Infinity` by default. `signal` destroys the stream
     *
     * @example
     * await pipeline(createReadStream('commands.txt'), split, master.writable({ resendMs: 5 }));
     */
    writable(options?: WritableOptions): Writable;
    /**
     * The counters of both ends.
     *
     * @throws {EshmError} ESHM_CLOSED
     */
    stats(): EshmStats;
    /**
     * Leaves the channel: stops the heartbeat, clears the own flag, unmaps, and as a master removes the segment (unless
     * `autoCleanup` is off or a live peer still needs it). Does nothing the second time. An endpoint that is still open
     * when its thread ends is closed then.
     *
     * @throws {EshmError} ESHM_SHM_DELETE when the segment could not be removed; it is unmapped all the same
     */
    close(): void;
    /** {@link close}, for `using`. */
    [Symbol.dispose](): void;
}
