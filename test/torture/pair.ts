import { setTimeout as sleep } from 'node:timers/promises';
import type { Peers } from '../peers/build.js';
import { type PeerLanguage, PeerProcess } from '../peers/peer-process.js';
import type { Stretch } from './verdict.js';

/** Who writes, who reads, how a TypeScript end publishes, and how large the slot is. */
export interface PairOptions {
  readonly writer: PeerLanguage;
  readonly reader: PeerLanguage;
  readonly order: 'atomics' | 'plain';
  readonly writes: 'master' | 'slave';
  readonly maxDataSize: number;
}

/** How a reader waits: `spin` on the channel, `lib` in the library's own read. */
export type ReadMode = 'spin' | 'lib';

/** A stretch of listening, in seconds: short, so that the reader can be asked to do something else. */
const STRETCH_S = 0.05;

/** A peer gets this long for an answer beyond what it was asked to do, in ms. What takes this long hangs. */
const WATCHDOG_MS = 120_000;

/** Smallest message of a stream. */
const LEAST_SIZE = 16;

/** A writer and a reader, each in a process of its own, for the tear test and the stalls. Belongs to one run. */
export class Pair {
  readonly options: PairOptions;
  readonly writer: PeerProcess;
  readonly reader: PeerProcess;
  /** Everything that the reader has said so far. */
  readonly stretches: Stretch[] = [];
  written = 0;
  readonly #name: string;
  #mode: ReadMode = 'spin';
  #listening: Promise<void> | undefined;
  #isEnough = false;

  /** Starts the two and opens the channel `name` between them. */
  static async open(peers: Peers, name: string, options: PairOptions): Promise<Pair> {
    const pair = new Pair(peers, name, options);
    await pair.#open('master');
    await pair.#open('slave');
    return pair;
  }

  private constructor(peers: Peers, name: string, options: PairOptions) {
    this.#name = name;
    this.options = options;
    this.writer = PeerProcess.start(peers, options.writer);
    this.reader = PeerProcess.start(peers, options.reader);
  }

  /** Closes both ends and ends the processes. */
  async quit(): Promise<void> {
    const { writes } = this.options;
    await (writes === 'master' ? this.reader : this.writer).quit();
    await (writes === 'master' ? this.writer : this.reader).quit();
  }

  /** Has the reader listen until {@link hush}; a reader that fails shows itself there. */
  listen(mode: ReadMode): void {
    this.#mode = mode;
    this.#isEnough = false;
    this.#listening = this.#keepListening();
    this.#listening.catch(() => {});
  }

  /** Waits until the reader has come to the end of its stretch, the last one. */
  async hush(): Promise<void> {
    this.#isEnough = true;
    await this.#listening;
    this.#listening = undefined;
  }

  /** Replaces the reader's end of the channel by a new one; returns when that was open, in us of CLOCK_MONOTONIC. */
  async rejoin(): Promise<number> {
    await this.hush();
    await this.reader.command('close');
    await this.#open(this.options.writes === 'master' ? 'slave' : 'master');
    const openedUs = Number(process.hrtime.bigint() / 1000n);
    this.listen(this.#mode);
    return openedUs;
  }

  /** Has the writer write for so long, at full speed or with a pause of `gapUs` after each message. */
  async write(seconds: number, gapUs = 0): Promise<number> {
    const sizes = `${LEAST_SIZE} ${this.options.maxDataSize}`;
    const command = `stream-write ${seconds} ${sizes} ${gapUs}`;
    const { messages = 0 } = await this.writer.values(command, seconds * 1000 + WATCHDOG_MS);
    this.written += messages;
    return messages;
  }

  /** Has the writer stand still in a write; resolves when it is over. */
  async stall(size: number, step: number, ms: number): Promise<{ stalledUs: number; resumedUs: number }> {
    const answer = await this.writer.values(`stall-write ${size} ${step} ${ms}`, ms + WATCHDOG_MS);
    this.written++;
    return { stalledUs: answer['stalled-us']!, resumedUs: answer['resumed-us']! };
  }

  async #keepListening(): Promise<void> {
    const command = `stream-read ${STRETCH_S}${this.#mode === 'lib' ? ' lib' : ''}`;
    do {
      const answer = await this.reader.values(command, WATCHDOG_MS);
      this.stretches.push({
        messages: answer.messages!,
        torn: answer.torn!,
        repeated: answer.repeated!,
        firstUs: answer['first-us']!,
        lastUs: answer['last-us']!,
        longestUs: answer['longest-us']!,
      });
      // Nobody else gets a turn where both answer at once.
      await sleep(0);
    } while (!this.#isEnough);
  }

  async #open(role: 'master' | 'slave'): Promise<void> {
    const { writer, reader, writes, order, maxDataSize } = this.options;
    const isWriter = role === writes;
    const words = isWriter ? [] : ['cleanup=0'];
    if ((isWriter ? writer : reader) === 'typescript') words.push(`order=${order}`, `size=${maxDataSize}`);
    await (isWriter ? this.writer : this.reader).open(role, this.#name, words.join(' '));
  }
}
