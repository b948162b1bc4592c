import { checkOptions, NO_OPTIONS } from '../checks/index.js';
import type { CodecOption, DataOf, DecodedOf, Encoder, EncoderOf, Encoding } from '../codec/index.js';
import { publishState } from '../diagnostics/index.js';
import { fromCaller } from '../errors.js';
import type { Role } from '../header/index.js';
import { type ConnectOptions, connect, type Place } from '../joining/index.js';
import {
  type Direction,
  type ObservedCodecs,
  type ObservedRecords,
  type ObserveOptions,
  Observer,
  resolveObserve,
  type WayData,
} from '../observe/index.js';
import { type EshmOptions, type ResolvedOptions, resolveOptions } from '../options.js';
import type { InOf, OneThingEachWay, OutOf, ReadOf, RecordOption } from '../record/endpoint.js';
import type { AnyRecord } from '../record/index.js';
import {
  closeAtExit,
  type EshmStats,
  forgetAtExit,
  Opening,
  type StatsOptions,
  stillOpen,
} from '../session/index.js';
import { AsyncEndpoint } from './async.js';
import { EndpointCore } from './core.js';

const STATS_OPTIONS: Readonly<Record<keyof StatsOptions, true>> = { keepDeltas: true };

/** An endpoint that was opened and not closed, as {@link Eshm.openEndpoints} finds it. */
export class OpenEndpoint {
  /** The endpoint itself, to close it. */
  readonly endpoint: Eshm<string | Buffer>;
  /** Its name. */
  readonly name: string;
  /** Its role. */
  readonly role: Role;
  /** The calls that opened it, the innermost first, as a stack trace has them: `main (file:///robot.js:12:23)`. */
  readonly openedBy: readonly string[];

  /** @internal */
  constructor(endpoint: Eshm<string | Buffer>, opening: Opening) {
    this.endpoint = endpoint;
    this.name = endpoint.name;
    this.role = endpoint.role;
    this.openedBy = opening.calls;
  }

  /** For people: `'robot' (master), opened at main (file:///robot.js:12:23)`. */
  toString(): string {
    return `'${this.name}' (${this.role}), opened at ${this.openedBy[0] ?? 'an unknown place'}`;
  }
}

/** What writes take, as `Out` of the endpoint: the record for what goes out, or the encoder, `undefined` without one. */
export type WrittenBy<R, C> = OutOf<R> extends undefined ? EncoderOf<C> : OutOf<R>;

/**
 * One end of an ESHM channel: a master or a slave that exchanges messages with one peer on the same machine, in
 * TypeScript, C++ or Python, through shared memory.
 *
 * The channel holds one message each way. A write replaces the one before, read or not; a reader learns how many it
 * {@link missed}. An endpoint belongs to the thread that opened it, its data never leaves the process's memory through
 * it: callers get copies.
 *
 * `Data` is what reads return: `Buffer`, `string` where the option `encoding` is set, what `codec` decodes. `In` and `Out`
 * are the records of the option `record`, each `undefined` without one; with the option `codec` `Out` is its encoder.
 *
 * @example
 * const master = Eshm.open('robot', { role: 'master' });
 * master.write('go');
 * master.close();
 */
export class Eshm<
  Data = Buffer,
  In extends AnyRecord | undefined = undefined,
  // biome-ignore lint/suspicious/noExplicitAny: what an encoder is given is contravariant, and this is any
  Out extends AnyRecord | Encoder<any> | undefined = undefined,
> extends AsyncEndpoint<Data, In, Out> {
  readonly #core: EndpointCore;

  /**
   * Opens an end of the channel `name` (ESHM protocol version 2, section 4): a master creates the segment or takes it
   * over, a slave attaches to the one that is there, `'auto'` does whichever applies.
   *
   * Blocks this thread: for about 25 ms the first time in a thread (the heartbeat worker starts), for the stale
   * threshold (50 ms at least, 2 s at most) where a peer in the same role is flagged alive but dead, and for a tenth of
   * a second at a segment that has no header, as much again as a master while others have it attached. Somebody who
   * starts or leaves meanwhile may make it look once more. With `force` it waits for no peer. On the event loop, connect.
   *
   * @param name - any non-empty text without NUL; the same on both ends
   * @param options - what is not set has the protocol's default
   * @throws {TypeError} for a name or an option of the wrong type
   * @throws {RangeError} for a name or an option that is not allowed
   * @throws {EshmError} ESHM_SHM_ATTACH (no segment, or not this channel's), ESHM_SHM_CREATE, ESHM_ROLE_MISMATCH (a
   * live peer has this role already), ESHM_SHM_DELETE (an abandoned segment is another user's, who must remove it),
   * ESHM_TIMEOUT (the heartbeat worker did not start in 10 s), ESHM_UNSUPPORTED (not Linux on x86-64, or ffi-rs or the
   * worker cannot be loaded; the message says why); nothing is left behind
   */
  static open<
    E extends Encoding = null,
    R extends RecordOption | undefined = undefined,
    C extends CodecOption | undefined = undefined,
  >(
    name: string,
    options?: EshmOptions<E, R, C> & OneThingEachWay<R, C, 'in' | 'out'>,
  ): Eshm<ReadOf<InOf<R>, DecodedOf<C, DataOf<E>>>, InOf<R>, WrittenBy<R, C>> {
    try {
      return new Eshm(name, resolveOptions(options), new Opening(Eshm.open));
    } catch (error) {
      throw fromCaller(error, Eshm.open);
    }
  }

  /**
   * Opens the slave's end as soon as a living master is there. Blocks the event loop in none of it: neither while it
   * waits, nor while the heartbeat worker starts or a dead slave is given its time.
   *
   * @param name - as {@link Eshm.open} takes it
   * @param options - those of {@link Eshm.open}, `timeoutMs` (5000 by default, `Infinity` for no limit) and `signal`
   * @throws {EshmError} ESHM_TIMEOUT with the last obstacle as `cause`; at once whatever waiting cannot mend
   * @throws the reason of `signal` when it is aborted
   */
  static connect<
    E extends Encoding = null,
    R extends RecordOption | undefined = undefined,
    C extends CodecOption | undefined = undefined,
  >(
    name: string,
    options: ConnectOptions<E, R, C> & OneThingEachWay<R, C, 'in' | 'out'> = NO_OPTIONS,
  ): Promise<Eshm<ReadOf<InOf<R>, DecodedOf<C, DataOf<E>>>, InOf<R>, WrittenBy<R, C>>> {
    const opening = new Opening(Eshm.connect);
    return connect(name, options, (resolved, place) => new Eshm(name, resolved, opening, place));
  }

  /**
   * The endpoints of this thread that were opened and not closed, the oldest first: for the end of a test, where each of
   * them is a leak. docs/testing.md has it for mocha, vitest, jest and node:test.
   *
   * A thread that ends closes its endpoints by itself; with `NODE_DEBUG=eshm` in the environment it says which, and where
   * they were opened.
   *
   * @example
   * for (const left of Eshm.openEndpoints()) {
   *   console.log(`forgotten: ${left}`);
   *   left.endpoint.close();
   * }
   */
  static openEndpoints(): OpenEndpoint[] {
    // A bridge's end of a channel is none of these.
    return stillOpen().flatMap(([endpoint, opening]) =>
      endpoint instanceof Eshm ? [new OpenEndpoint(endpoint, opening)] : [],
    );
  }

  /**
   * Observes channels without being anybody on them: see {@link Observer}. Nothing need be there yet.
   *
   * @param name - the name of a channel, or several
   * @param options - `shm`, `maxDataSize`, `encoding`, `record`, `codec`, `signal`, `wake`
   * @throws {TypeError | RangeError} for a name or an option that is not allowed
   * @throws {EshmError} ESHM_SHM_ATTACH where something is there that may not be read, or is no channel, and the other kind of
   * memory has no channel either; ESHM_UNSUPPORTED
   */
  static observe<
    E extends Encoding = null,
    R extends ObservedRecords | undefined = undefined,
    C extends ObservedCodecs | undefined = undefined,
  >(
    name: string | readonly string[],
    options: ObserveOptions<E, R, C> & OneThingEachWay<R, C, Direction> = NO_OPTIONS,
  ): Observer<WayData<E, R, C, 'm2s'>, WayData<E, R, C, 's2m'>> {
    const names = [...new Set(typeof name === 'string' || !Array.isArray(name) ? [name as string] : name)];
    if (names.length === 0) throw new RangeError('Cannot observe: there is no name, expected one or more');
    return new Observer(names, resolveObserve(options), new Opening(Eshm.observe));
  }

  private constructor(name: string, options: ResolvedOptions, opening: Opening, place?: Place) {
    // Plain JavaScript may call what is private.
    if (!(opening instanceof Opening)) {
      throw new TypeError(
        'Cannot open: found new Eshm(...), expected Eshm.open(name, options) or await Eshm.connect(name, options)',
      );
    }
    const core = new EndpointCore(name, options, place);
    super(core);
    this.#core = core;
    closeAtExit(this, opening);
    process.nextTick(publishState, this, 'opened');
  }

  /**
   * The counters of both ends, and what this one missed or could not take.
   *
   * @param options - `keepDeltas`: leave the deltas to another caller
   * @throws {TypeError} for an option that does not exist
   * @throws {EshmError} ESHM_CLOSED
   */
  stats(options: StatsOptions = NO_OPTIONS): EshmStats {
    checkOptions('take statistics', options, STATS_OPTIONS);
    const { keepDeltas } = options;
    this.#core.permit.toLook('take statistics');
    return this.#core.stats.take({ keepDeltas });
  }

  /**
   * Leaves the channel: stops the heartbeat, clears the own flag, unmaps, and as a master removes the segment (unless
   * `autoCleanup` is off or a live peer still needs it). Does nothing the second time. An endpoint that is still open
   * when its thread ends is closed then; also where it is terminated, if the thread that started it had loaded this
   * package before it did. An `exit` handler that is registered after the first `open` finds it closed.
   *
   * Within an {@link update} or a {@link view} of this endpoint it leaves at once too: that update then throws
   * ESHM_CLOSED and publishes nothing; that view counts its message, and returns what `look` returns. Only the memory
   * stays mapped until the callback has returned, so accessors go on working in it.
   *
   * @throws {EshmError} ESHM_SHM_DELETE when the segment could not be removed; it is unmapped all the same
   */
  close(): void {
    forgetAtExit(this);
    this.#core.callbacks.close();
  }

  /** {@link close}, for `using`; in plain JavaScript that is a syntax error before Node 24: write `try` and `finally` there. */
  [Symbol.dispose](): void {
    this.close();
  }
}
