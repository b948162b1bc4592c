import { isSharedArrayBuffer } from 'node:util/types';
import { getEnvironmentData, setEnvironmentData, threadId } from 'node:worker_threads';
import { EndpointRecord, type Found, RECORD_WORDS } from './record.js';

/**
 * What the threads of a process tell each other of their endpoints, for the case that one ends without running a line
 * more: `worker.terminate()`. One SharedArrayBuffer of 32-bit words, made by the first thread that loads this, and
 * inherited by every thread that is started from then on, also by those in between that do not load it.
 */

/** The name of the inherited buffer; another number with every change of its form. */
const KEY = 'eshm.endpoints.1';

/** Endpoints of all threads but the one that made the buffer; more are not recorded. */
const MAX_RECORDS = 1024;

/** Words at the start. */
const Global = {
  /** 1 once the process is ending: no heart beats any more. */
  ending: 0,
  /** Records in use or once used. */
  records: 1,
  /** Node's number of the thread that made it. */
  maker: 2,
} as const;

const GLOBAL_WORDS = 16;

/** The records of this process, as far as threads know of each other. */
export class Registry {
  /** Whether this thread made it: those whose endpoints are recorded end with it at the latest. */
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
    const buffer = new SharedArrayBuffer((GLOBAL_WORDS + MAX_RECORDS * RECORD_WORDS) * 4);
    setEnvironmentData(KEY, buffer);
    const words = new Int32Array(buffer);
    words[Global.maker] = threadId;
    return new Registry(words);
  }

  /** A record that was free; `undefined` when there is none. */
  take(): EndpointRecord | undefined {
    for (let index = 0; index < MAX_RECORDS; index++) {
      const record = this.#record(index);
      if (!record.take()) continue;
      let used = Atomics.load(this.#words, Global.records);
      while (used <= index) {
        used = Atomics.compareExchange(this.#words, Global.records, used, index + 1);
      }
      return record;
    }
    return undefined;
  }

  /** The records that are open now. */
  find(): Found[] {
    const used = Atomics.load(this.#words, Global.records);
    return Array.from({ length: used }, (_, index) => this.#record(index).find()).filter(
      (found) => found !== undefined,
    );
  }

  /** Stops the hearts of all endpoints that are recorded. */
  end(): void {
    Atomics.store(this.#words, Global.ending, 1);
  }

  #record(index: number): EndpointRecord {
    const at = GLOBAL_WORDS + index * RECORD_WORDS;
    return new EndpointRecord(this.#words.subarray(at, at + RECORD_WORDS));
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
