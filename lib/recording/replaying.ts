import type { Direction } from '../index.js';
import { waitUntil } from './due.js';
import { LateMeter, type Lateness } from './lateness.js';
import type { Player } from './player.js';
import { ReadAhead } from './read-ahead.js';
import type { RecordedMessage, Recording } from './recording.js';
import type { ResolvedReplay } from './replay-options.js';

/** What was played of one direction. */
export interface ReplayedTraffic {
  /** The channel's name in the recording. */
  readonly name: string;
  /** The channel that it is played on. */
  readonly target: string;
  /** Which way. */
  readonly direction: Direction;
  /** Messages that were written. */
  readonly messages: number;
}

/** What a replay has done so far. */
export interface ReplayStats {
  /** Messages that were written. */
  readonly messages: number;
  /** Messages that could not be written, because a slave had no master then. */
  readonly unwritten: number;
  /** Messages that were written more than 0.5 ms behind their time. */
  readonly late: number;
  /** How late messages were; `undefined` before the first, and with `speed: Infinity`. */
  readonly lateMs: Lateness | undefined;
  /** How often the recording was begun. */
  readonly passes: number;
  /** Time of the last message in the recording, in ms since its beginning. */
  readonly positionMs: number;
  /** Time since the first message was due, in ms. */
  readonly durationMs: number;
  /** Each direction of each channel. */
  readonly traffic: readonly ReplayedTraffic[];
}

/** Time between the start and the first message, in ms: what the first reading of the file takes. */
const LEAD_MS = 20;

/** Longest wait at the end until a peer has read the last message, in ms: one that has missed some never counts them all. */
const LINGER_MS = 200;

/**
 * A recording that is being played; {@link replay} begins it. It keeps the process alive until it is over.
 *
 * Belongs to the thread that made it.
 */
export class Replay implements AsyncDisposable {
  readonly #recording: Recording;
  readonly #options: ResolvedReplay;
  readonly #players: ReadonlyMap<string, Player>;
  readonly #stop = new AbortController();
  readonly #meter = new LateMeter();
  readonly #over: Promise<ReplayStats>;
  #passes = 0;
  #positionMs = 0;
  #startMs: number | undefined;
  #endMs: number | undefined;

  /** @internal */
  constructor(recording: Recording, options: ResolvedReplay, players: ReadonlyMap<string, Player>) {
    this.#recording = recording;
    this.#options = options;
    this.#players = players;
    this.#over = this.#run();
    // Whoever waits for it, or closes it, hears of its failure.
    this.#over.catch(() => {});
  }

  /** Files of the recording that were cut off: they are played up to their last whole chunk. */
  get cutFiles(): readonly string[] {
    return this.#recording.cutFiles;
  }

  /** What was played so far. */
  stats(): ReplayStats {
    const players = [...this.#players.values()];
    return {
      messages: players.reduce((sum, { messages }) => sum + messages, 0),
      unwritten: players.reduce((sum, { unwritten }) => sum + unwritten, 0),
      late: this.#meter.late,
      lateMs: this.#meter.lateness,
      passes: this.#passes,
      positionMs: this.#positionMs,
      durationMs: this.#startMs === undefined ? 0 : (this.#endMs ?? performance.now()) - this.#startMs,
      traffic: players.map(({ name, target, direction, messages }) => ({
        name,
        target,
        direction,
        messages,
      })),
    };
  }

  /**
   * Waits until the replay is over.
   *
   * @returns what was played
   * @throws {EshmError} ESHM_CORRUPT where the recording is damaged, ESHM_BUFFER_TOO_SMALL for a message that is larger than
   * its channel, ESHM_TIMEOUT for one that was not read in time with `ack`, and what writing throws
   */
  over(): Promise<ReplayStats> {
    return this.#over;
  }

  /**
   * Ends it at the next message, and closes the ends of the channels.
   *
   * @throws as {@link over}
   */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#over;
  }

  /** As {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #run(): Promise<ReplayStats> {
    const { signal, loop } = this.#options;
    const stop = () => this.#stop.abort();
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
    try {
      let startMs = performance.now() + LEAD_MS;
      this.#startMs = startMs;
      for (let pass = 0; pass < loop && !this.#stop.signal.aborted; pass++) {
        const nextMs = await this.#pass(startMs);
        if (nextMs === undefined) break;
        startMs = nextMs;
      }
      for (const player of this.#players.values()) await player.finish();
      if (!this.#stop.signal.aborted && this.#options.role !== 'both') await this.#linger();
    } finally {
      this.#endMs = performance.now();
      signal?.removeEventListener('abort', stop);
      for (const player of this.#players.values()) player.close();
      await this.#recording.close();
    }
    return this.stats();
  }

  /** Plays it once; returns when the next time may begin, `undefined` where there is nothing to play. */
  async #pass(startMs: number): Promise<number | undefined> {
    this.#passes += 1;
    const { speed } = this.#options;
    const messages = new ReadAhead(this.#recording.messages(rangeOf(this.#recording, this.#options)));
    const counts = new Map<Player, number>();
    let [firstAt, lastAt]: (bigint | undefined)[] = [];
    try {
      for (;;) {
        const message = await messages.take();
        if (message === undefined || this.#stop.signal.aborted) break;
        const player = this.#players.get(keyOf(message));
        if (player === undefined) continue;
        firstAt ??= message.at;
        lastAt = message.at;
        const dueMs = startMs + Number(message.at - firstAt) / 1e6 / speed;
        await this.#play(player, message, dueMs);
        counts.set(player, (counts.get(player) ?? 0) + 1);
      }
    } finally {
      await messages.close();
    }
    if (firstAt === undefined || lastAt === undefined) return undefined;
    const lengthMs = Number(lastAt - firstAt) / 1e6 / speed;
    // From the last message to the first lies what lies between two messages of the busiest direction.
    return startMs + lengthMs + lengthMs / Math.max(1, Math.max(...counts.values()) - 1);
  }

  async #play(player: Player, message: RecordedMessage, dueMs: number): Promise<void> {
    const isTimed = this.#options.speed !== Number.POSITIVE_INFINITY;
    await waitUntil(dueMs, this.#stop.signal);
    await player.ready();
    if (this.#stop.signal.aborted) return;
    this.#positionMs = Number(message.at - this.#recording.startAt) / 1e6;
    player.write(message.data, this.#positionMs, this.#stop.signal);
    if (isTimed) this.#meter.note(performance.now() - dueMs);
  }

  /** Waits a little until the last messages were read: who is closed takes them away. */
  async #linger(): Promise<void> {
    const deadlineMs = performance.now() + LINGER_MS;
    for (const player of this.#players.values()) {
      while (player.isUnread && performance.now() < deadlineMs && !this.#stop.signal.aborted) {
        await waitUntil(performance.now() + 1, this.#stop.signal);
      }
    }
  }
}

export const keyOf = ({ name, direction }: Pick<RecordedMessage, 'name' | 'direction'>) =>
  `${name}\0${direction}`;

function rangeOf(recording: Recording, { names, role, from, to }: ResolvedReplay) {
  const at = (moment: number | bigint | undefined) =>
    typeof moment === 'number' ? recording.startAt + BigInt(Math.round(moment * 1e6)) : moment;
  return {
    names: names === undefined ? undefined : [...names.keys()],
    direction: role === 'both' ? undefined : role === 'master' ? ('m2s' as const) : ('s2m' as const),
    from: at(from),
    to: at(to),
  };
}
