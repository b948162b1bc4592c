import { hostname } from 'node:os';
import { FileNames } from './files.js';
import type { Mcap } from './mcap.js';
import { McapFile } from './mcap-file.js';
import type { ObservedMessage } from './observed.js';
import { Part } from './part.js';
import type { RecordedState } from './state.js';
import type { ChannelFacts } from './topics.js';
import type { Views } from './views.js';
import type { Compress } from './zstd.js';

/** A chunk is written when it has so many bytes, or is so old, in ms: what a recorder that is killed loses at most. */
const CHUNK_BYTES = 2 ** 20;
const CHUNK_MS = 900;

/** Bytes that a message takes beside its data, its index and what may be said of it included. */
const MESSAGE_SIZE = 512;

/** Limits and manner of a tape, with nothing left open. */
export interface TapeOptions {
  readonly file: string;
  readonly splitSize: number;
  readonly splitDurationMs: number;
  readonly keep: number;
  readonly overwrite: boolean;
  readonly compress: Compress | undefined;
}

/** Where what is seen is written: one file, or one after the other. Belongs to one thread, and blocks it nowhere. */
export class Tape {
  readonly #mcap: Mcap;
  readonly #options: TapeOptions;
  readonly #views: Views;
  readonly #names: FileNames;
  /** The channels as they are now, for the beginning of a file. */
  readonly #begin: () => readonly RecordedState[];
  readonly #factsOf: (name: string) => ChannelFacts;
  readonly #onError: (error: Error) => void;
  readonly #onFile: (path: string) => void;
  #part: Part;
  #parts = 0;
  /** The file before, while it is being finished. */
  #finishing: Promise<void> | undefined;
  /** Whether the next file is due and has to wait for that. */
  #waitsToSplit = false;
  #written = 0;
  #timer: NodeJS.Timeout | undefined;

  /**
   * Creates the first file.
   *
   * @param hooks.begin - the channels as they are now
   * @param hooks.onError - is told what is the end of this tape, once
   * @throws what `open` throws
   */
  constructor(
    mcap: Mcap,
    options: TapeOptions,
    views: Views,
    hooks: {
      begin(): readonly RecordedState[];
      factsOf(name: string): ChannelFacts;
      onError(error: Error): void;
      onFile(path: string): void;
    },
  ) {
    this.#mcap = mcap;
    this.#options = options;
    this.#views = views;
    this.#begin = hooks.begin;
    this.#factsOf = hooks.factsOf;
    this.#onError = hooks.onError;
    this.#onFile = hooks.onFile;
    const isSplit =
      options.splitSize !== Number.POSITIVE_INFINITY || options.splitDurationMs !== Number.POSITIVE_INFINITY;
    this.#names = new FileNames(options.file, isSplit, options.keep);
    this.#part = this.#newPart();
  }

  /** The file that is being written. */
  get path(): string {
    return this.#part.file.path;
  }

  /** Files so far. */
  get files(): number {
    return this.#parts;
  }

  /** Bytes of all files so far; those that `keep` has removed count too. */
  get bytes(): number {
    return this.#written + this.#part.file.size;
  }

  /** Whether the disk is behind, so that nothing should be added before {@link room} has come. */
  get isFull(): boolean {
    const { file } = this.#part;
    return this.#waitsToSplit || (file.isBusy && file.collected >= CHUNK_BYTES);
  }

  /** Waits until what is being written is written. */
  async room(): Promise<void> {
    if (this.#waitsToSplit) await this.#finishing;
    else await this.#part.file.written().catch(() => {}); // onError has it
    this.#waitsToSplit = false;
    this.#flushWhereDue();
  }

  /** Adds a message as it is, and as JSON where it is something. */
  message(message: ObservedMessage): void {
    const view = this.#views.of(message.data);
    this.#splitWhereDue(message.at, message.data.length + (view?.json.length ?? 0));
    this.#part.message(message, view, this.#factsOf);
    this.#added();
  }

  /** Adds a change of state. */
  state(state: RecordedState): void {
    this.#splitWhereDue(state.at, 0);
    this.#part.state(state, this.#factsOf);
    this.#added();
  }

  /**
   * Writes what is left and closes the file.
   *
   * @throws what writing throws
   */
  async finish(): Promise<void> {
    clearTimeout(this.#timer);
    const results = await Promise.allSettled([this.#finishing, this.#part.file.finish()]);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  #newPart(): Part {
    const { compress, overwrite } = this.#options;
    this.#parts += 1;
    const metadata = { version: '1', host: hostname(), part: `${this.#parts}` };
    const file = new McapFile(this.#mcap, this.#names.next(), { compress, overwrite, metadata });
    const part = new Part(file);
    for (const state of this.#begin()) part.state(state, this.#factsOf);
    this.#onFile(file.path);
    this.#names.removeOld();
    return part;
  }

  #splitWhereDue(at: bigint, more: number): void {
    const { splitSize, splitDurationMs } = this.#options;
    const { file, hasMessages } = this.#part;
    if (file.startTime === undefined || !hasMessages) return;
    const isLarge = file.finishedSize + MESSAGE_SIZE + more > splitSize;
    const isLong = Number(at - file.startTime) / 1e6 >= splitDurationMs;
    if (!isLarge && !isLong) return;
    // One at a time: a disk that is behind must not have ever more files to finish.
    this.#waitsToSplit = this.#finishing !== undefined;
    if (this.#waitsToSplit) return;
    this.#written += file.size;
    this.#finishing = file
      .finish()
      .catch(this.#onError)
      .finally(() => {
        this.#finishing = undefined;
      });
    try {
      this.#part = this.#newPart();
    } catch (error) {
      this.#onError(error as Error);
    }
  }

  #added(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#flush();
    }, CHUNK_MS);
    this.#flushWhereDue();
  }

  #flushWhereDue(): void {
    if (this.#part.file.collected >= CHUNK_BYTES && !this.#part.file.isBusy) this.#flush();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { file } = this.#part;
    // A disk that is behind gets no second chunk to wait with: this one goes on growing until the tape is full.
    if (file.isBusy) this.#added();
    else file.flush().catch(this.#onError);
  }
}
