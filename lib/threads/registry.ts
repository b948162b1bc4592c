import { isSharedArrayBuffer } from 'node:util/types';
import { getEnvironmentData, setEnvironmentData, threadId } from 'node:worker_threads';
import { ENTRY_WORDS, EndpointEntry, type Found } from './entry.js';

/**
 * What the threads of a process note of their endpoints, in case one ends without running another line:
 * `worker.terminate()`. One SharedArrayBuffer of 32-bit words, made by the first thread that loads this, and
 * inherited by every thread that is started from then on, also by those in between that do not load it.
 */

/** The name of the inherited buffer; another number with every change of its form. */
const KEY = 'eshm.endpoints.2';

/** Endpoints of all threads but the one that made the buffer; more have no entry. */
const MAX_ENTRIES = 1024;

/** Words at the start. */
const Global = {
  /** 1 once the process is ending: no heart beats any more. */
  ending: 0,
  /** Entries in use or once used. */
  entries: 1,
  /** Node's number of the thread that made it. */
  maker: 2,
} as const;

const GLOBAL_WORDS = 16;

/** The entries of this process, as far as threads know of each other. */
export class Registry {
  /** Whether this thread made it: those whose endpoints have an entry end with it at the latest. */
  readonly isOwn: boolean;
  readonly #words: Int32Array;

  private constructor(words: Int32Array) {
    this.#words = words;
    this.isOwn = words[Global.maker] === threadId;
  }

  /** The inherited one, or a new one for the threads that this one will start. */
  static obtain(): Registry {
    const inherited = inheritedWords();
    if (inherited !== undefined) return new Registry(inherited);
    const buffer = new SharedArrayBuffer((GLOBAL_WORDS + MAX_ENTRIES * ENTRY_WORDS) * 4);
    setEnvironmentData(KEY, buffer);
    const words = new Int32Array(buffer);
    words[Global.maker] = threadId;
    return new Registry(words);
  }

  /** An entry that was free; `undefined` when there is none. */
  take(): EndpointEntry | undefined {
    for (let index = 0; index < MAX_ENTRIES; index++) {
      const entry = this.#entry(index);
      if (!entry.take()) continue;
      let used = Atomics.load(this.#words, Global.entries);
      while (used <= index) {
        used = Atomics.compareExchange(this.#words, Global.entries, used, index + 1);
      }
      return entry;
    }
    return undefined;
  }

  /** The entries that are open now. */
  find(): Found[] {
    const used = Atomics.load(this.#words, Global.entries);
    return Array.from({ length: used }, (_, index) => this.#entry(index).find()).filter(
      (found) => found !== undefined,
    );
  }

  /** Stops the hearts of all endpoints that have an entry. */
  end(): void {
    Atomics.store(this.#words, Global.ending, 1);
  }

  #entry(index: number): EndpointEntry {
    const at = GLOBAL_WORDS + index * ENTRY_WORDS;
    return new EndpointEntry(this.#words.subarray(at, at + ENTRY_WORDS));
  }
}

const inherited = inheritedWords();

/** Whether the process is ending, and the role of this thread's endpoints has been left for them. */
export function isEnding(): boolean {
  return inherited !== undefined && Atomics.load(inherited, Global.ending) === 1;
}

function inheritedWords(): Int32Array | undefined {
  const buffer: unknown = getEnvironmentData(KEY);
  // By its kind and not by its constructor: test runners have several of those.
  return isSharedArrayBuffer(buffer) ? new Int32Array(buffer) : undefined;
}
