import { EventEmitter } from 'node:events';
import { deriveKey } from '../../layout/index.js';
import { untilEnd, unwritable } from './endings.js';
import { loadMcap, type Mcap } from './mcap.js';
import { observe } from './observe.js';
import type { Observation, ObservedMessage } from './observed.js';
import { type RecorderOptions, type ResolvedRecorder, resolveRecorder } from './options.js';
import type { RecorderStats } from './recorder-stats.js';
import type { RecordedState } from './state.js';
import { Tape } from './tape.js';
import { type ChannelFacts, DIRECTIONS } from './topics.js';
import { Views } from './views.js';
import { zstdCompressor } from './zstd.js';

/** What a recorder tells. */
export interface RecorderEvents {
  /** A channel appeared, vanished, went stale and the like. */
  state: [state: RecordedState];
  /** A file was begun. */
  file: [path: string];
  /** The recording is over, and its file whole; with an error where it had to end. */
  closed: [error: Error | undefined];
}

interface Tally {
  messages: number;
  missed: number;
  bytes: number;
}

/**
 * A recording that is being made; {@link recorder} begins one. It keeps the process alive until it is closed.
 *
 * Belongs to the thread that made it.
 */
export class Recorder extends EventEmitter<RecorderEvents> implements AsyncDisposable {
  /** The channels. */
  readonly names: readonly string[];
  readonly #observation: Observation;
  readonly #tape: Tape;
  readonly #tallies: ReadonlyMap<string, Tally>;
  readonly #startedMs = performance.now();
  #endedMs: number | undefined;
  #error: Error | undefined;
  readonly #over: Promise<void>;

  /** @internal */
  constructor(names: readonly string[], mcap: Mcap, options: ResolvedRecorder, observation: Observation) {
    super();
    this.names = names;
    this.#observation = observation;
    this.#tallies = new Map(
      names.flatMap((name) =>
        DIRECTIONS.map((way) => [`${name}\0${way}`, { messages: 0, missed: 0, bytes: 0 }] as const),
      ),
    );
    const compress = options.compress ? zstdCompressor() : undefined;
    this.#tape = new Tape(mcap, { ...options, compress }, new Views(options.records, options.items), {
      begin: () => names.map((name) => this.#stateOf(name)),
      factsOf: (name) => this.#factsOf(name),
      onError: (error) => this.#fail(error),
      // On the next tick: of the first one nobody could hear.
      onFile: (path) => process.nextTick(() => this.emit('file', path)),
    });
    observation.onChange((change) => {
      const channel = change.event === 'vanished' ? undefined : observation.channel(change.name);
      const state = { ...change, ...channel };
      if (this.#endedMs === undefined) this.#tape.state(state);
      this.emit('state', state);
    });
    this.#over = this.#run(options);
    // Whoever closes it, or waits for it, hears of its failure; `closed` tells it to who listens.
    this.#over.catch(() => {});
  }

  /** What was recorded so far. */
  stats(): RecorderStats {
    const traffic = this.names.flatMap((name) =>
      DIRECTIONS.map((direction) => ({ name, direction, ...this.#tallies.get(`${name}\0${direction}`)! })),
    );
    return {
      messages: traffic.reduce((sum, { messages }) => sum + messages, 0),
      missed: traffic.reduce((sum, { missed }) => sum + missed, 0),
      size: this.#tape.bytes,
      file: this.#tape.path,
      files: this.#tape.files,
      durationMs: (this.#endedMs ?? performance.now()) - this.#startedMs,
      traffic,
    };
  }

  /**
   * Whether a channel is there now.
   *
   * @param name - one of {@link names}
   */
  isThere(name: string): boolean {
    return this.#observation.channel(name) !== undefined;
  }

  /**
   * Waits until the recording is over: closed, ended by its `signal` or `durationMs`, or at an end because the disk takes
   * no more.
   *
   * @throws {EshmError} ESHM_UNSUPPORTED where the file could not be written; it reads up to its last chunk
   */
  async over(): Promise<void> {
    return this.#over;
  }

  /**
   * Ends the recording: what is collected and the index are written, the file is closed. Does nothing the second time.
   *
   * @throws as {@link over}
   */
  async close(): Promise<void> {
    this.#observation.close();
    return this.#over;
  }

  /** As {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #run({ signal, durationMs }: ResolvedRecorder): Promise<void> {
    const end = () => this.#observation.close();
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted) end();
    const timer = untilEnd(durationMs, this.#startedMs, end);
    try {
      for await (const message of this.#observation) {
        this.#add(message);
        // What is written meanwhile, and overwritten, is missed, and the next message says so.
        if (this.#tape.isFull) await this.#tape.room();
      }
    } catch (error) {
      this.#fail(error as Error);
    } finally {
      timer.clear();
      signal?.removeEventListener('abort', end);
    }
    this.#endedMs = performance.now();
    await this.#tape.finish().catch((error) => this.#fail(error));
    process.nextTick(() => this.emit('closed', this.#error));
    if (this.#error !== undefined) throw this.#error;
  }

  #add(message: ObservedMessage): void {
    const tally = this.#tallies.get(`${message.name}\0${message.direction}`)!;
    tally.messages += 1;
    tally.missed += message.missed;
    tally.bytes += message.data.length;
    this.#tape.message(message);
  }

  /** Ends the recording. The first reason counts: the others follow from it. */
  #fail(error: Error): void {
    this.#error ??= unwritable(error, this.#tape?.path);
    this.#observation.close();
  }

  /** A channel as it is now, for the beginning of a file. */
  #stateOf(name: string): RecordedState {
    const channel = this.#observation.channel(name);
    const event = channel === undefined ? 'absent' : 'recording';
    return { event, name, at: this.#observation.now(), ...channel };
  }

  #factsOf(name: string): ChannelFacts {
    const { shm, generation, maxDataSize } = this.#observation.channel(name) ?? {};
    return { name, key: deriveKey(name), shm, generation, maxDataSize };
  }
}

/**
 * Records channels, both directions, in one MCAP file, which Foxglove, Rerun and the tools of ROS 2 read. It looks and is
 * not seen: no role, no count, no byte of a channel. It may begin before there is a channel, and goes on when one is
 * started again.
 *
 * What it has collected goes to the disk once a second: a process that is killed loses a second at most, and the file reads
 * up to there. A message that is overwritten before it is seen is missed; the next one's count says so.
 *
 * @param names - one channel or several
 * @param options - `file`, and what holds where it is not given
 * @returns a recorder that records already
 * @throws {TypeError | RangeError} for a name or an option that is not allowed
 * @throws {EshmError} ESHM_UNSUPPORTED when `@mcap/core` is not installed, when the file cannot be made, and for `compress`
 * before Node 22.15
 */
export async function recorder(
  names: string | readonly string[],
  options: RecorderOptions,
): Promise<Recorder> {
  const list = typeof names === 'string' ? [names] : [...names];
  return recordFrom(() => observe(list, options), list, options);
}

/** As {@link recorder}. @param look - begins to observe, when the options are checked */
export async function recordFrom(
  look: () => Observation,
  names: readonly string[],
  options: RecorderOptions,
): Promise<Recorder> {
  const resolved = resolveRecorder(options);
  const mcap = await loadMcap('record');
  const observation = look();
  try {
    return new Recorder(names, mcap, resolved, observation);
  } catch (error) {
    observation.close();
    throw unwritable(error as Error, resolved.file);
  }
}
