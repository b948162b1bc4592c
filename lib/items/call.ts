import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe } from '../../layout/describe.js';
import { checkOptions, checkResendMs, checkSignal, checkTimeoutMs, NO_OPTIONS } from '../checks/index.js';
import { EshmError } from '../errors.js';
import { checkEndpoint, type ItemsEndpoint } from './endpoint.js';
import { isCall, type Listener, Switchboard } from './switchboard.js';
import type { FunctionCallValue, GivenSimpleValue, Item, SimpleValue, TypedItem } from './types.js';

/** Options of {@link call}. */
export interface CallOptions {
  /** How long to wait for the result, in ms; `Infinity` waits without a limit. 1000 by default. */
  readonly timeoutMs?: number | undefined;
  /** Ends the wait; the promise rejects with its reason. The other side may run the call all the same. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Send the call again every so many ms until its result is here, for peers that forget what is written between their
   * reads, and for results that are overwritten before they are read. The other side may then run it more than once. Not
   * set by default: at most once.
   */
  readonly resendMs?: number | undefined;
  /** The key of the call's item, by which its result is found; one of its own by default. */
  readonly key?: string | undefined;
  /** Told of other items that come while the call is waited for: there is one reader of an endpoint, and it is this. */
  readonly onOther?: ((items: readonly Item[]) => void) | undefined;
}

const CALL_OPTIONS: Readonly<Record<keyof CallOptions, true>> = {
  timeoutMs: true,
  signal: true,
  resendMs: true,
  key: true,
  onOther: true,
};

/** What the result of a call begins with that failed, in the original as here. */
export const ERROR = 'ERROR: ';

/** A call that was answered by an error: its result is a text that begins with `ERROR: `. */
export class CallError extends Error {
  /** Always `CallError`. */
  override readonly name = 'CallError';
  /** The result as it came. */
  readonly result: string;

  /**
   * Of use to programs that throw it themselves.
   *
   * @param message - for people
   * @param result - as it came
   */
  constructor(message: string, result: string) {
    super(message);
    this.result = result;
  }
}

/** Timers take no more, in ms: 24 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What the keys of this process's calls begin with: an answer to one before it must not be taken for its own. */
const PREFIX = randomBytes(4).toString('hex');
let calls = 0;

/**
 * Has the other side call a function and gives its result: sends an item of type `functionCall` and waits for one of the
 * same key and name that has a result. Several calls may be under way over one endpoint.
 *
 * While it waits it reads the endpoint, beside other calls and `answerCalls`; nobody else may. It sends as `send` does: do
 * not `write` meanwhile.
 *
 * @param endpoint - opened with `codec: items()`
 * @param name - of the function
 * @param values - its arguments: a bigint is an integer, a number a real
 * @param options - `timeoutMs`, `signal`, `resendMs`, `key`, `onOther`
 * @returns a promise that rejects with a {@link CallError} where the result is an error, with a TypeError or RangeError for
 * wrong arguments, with the reason of `signal`, or with an EshmError: ESHM_TIMEOUT (the message says whether the call was
 * read), ESHM_INVALID_PARAM (another reads the endpoint, or a call of this key is under way), and what `send` and
 * `messages` reject with
 *
 * @example
 * using caller = Eshm.open('robot calls', { role: 'master', codec: items() });
 * using answerer = Eshm.open('robot calls', { role: 'slave', codec: items() });
 * answerCalls(answerer, { add: (a: bigint, b: bigint) => a + b });
 * await call(caller, 'add', [1n, 2n]); // 3n
 */
export async function call(
  endpoint: ItemsEndpoint,
  name: string,
  values: readonly GivenSimpleValue[] = [],
  options: CallOptions = NO_OPTIONS,
): Promise<SimpleValue> {
  checkEndpoint('call', endpoint);
  if (typeof name !== 'string') {
    throw new TypeError(`Cannot call: the function's name is ${describe(name)}, expected a string`);
  }
  if (!Array.isArray(values)) {
    throw new TypeError(`Cannot call '${name}': arguments is ${describe(values)}, expected an array`);
  }
  const { onOther, key = `${name}-${PREFIX}-${++calls}` } = checkOptions('call', options, CALL_OPTIONS);
  if (typeof key !== 'string') {
    throw new TypeError(`Cannot call '${name}': key is ${describe(key)}, expected a string`);
  }
  const timeoutMs = checkTimeoutMs('call', options.timeoutMs);
  const resendMs = checkResendMs('call', options.resendMs);
  const signal = checkSignal('call', options.signal);
  signal?.throwIfAborted();
  if (Switchboard.of(endpoint).has(key)) {
    throw new EshmError(
      'ESHM_INVALID_PARAM',
      `Cannot call '${name}' on '${endpoint.name}': a call with the key '${key}' is under way, expected another key`,
    );
  }
  const item = { type: 'functionCall', key, value: { name, arguments: values } } as const;
  return new PendingCall(endpoint, item, onOther).result({ timeoutMs, resendMs, signal });
}

type CallItem = TypedItem<'functionCall', FunctionCallValue<GivenSimpleValue>>;

interface Patience {
  readonly timeoutMs: number;
  readonly resendMs: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** One call, until its result is here or it is given up. */
class PendingCall implements Listener {
  readonly onOther: CallOptions['onOther'];
  readonly #endpoint: ItemsEndpoint;
  readonly #item: CallItem;
  readonly #over = new AbortController();
  readonly #promise: Promise<SimpleValue>;
  #resolve!: (value: SimpleValue) => void;
  #reject!: (reason: unknown) => void;
  /** What is known of the call, for the error of a time-out. */
  #wasRead = false;
  #missed = 0;
  #failure: EshmError | undefined;

  constructor(endpoint: ItemsEndpoint, item: CallItem, onOther: CallOptions['onOther']) {
    this.onOther = onOther;
    this.#endpoint = endpoint;
    this.#item = item;
    this.#promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get key(): string {
    return this.#item.key;
  }

  async result(patience: Patience): Promise<SimpleValue> {
    const { timeoutMs, signal } = patience;
    const switchboard = Switchboard.of(this.#endpoint);
    const onAbort = () => this.#reject(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    const timer =
      timeoutMs <= LONGEST_TIMER_MS
        ? setTimeout(() => this.#reject(this.#timeoutError(timeoutMs)), timeoutMs)
        : undefined;
    try {
      switchboard.add(this);
      this.#send(patience).catch(this.#reject);
      return await this.#promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      switchboard.delete(this);
      this.#over.abort();
    }
  }

  take(items: readonly Item[], missed: number): readonly Item[] {
    this.#missed += missed;
    const { key, value } = this.#item;
    return items.filter((item) => {
      if (!isCall(item) || item.key !== key || item.value.name !== value.name) return true;
      if (item.value.result === undefined) return true;
      this.#settle(item.value.result);
      return false;
    });
  }

  end(error: unknown): void {
    this.#reject(error);
  }

  #settle(result: SimpleValue): void {
    if (typeof result !== 'string' || !result.startsWith(ERROR)) this.#resolve(result);
    else this.#reject(new CallError(`${this.#action()}: ${result.slice(ERROR.length)}`, result));
  }

  /** Sends the call until it was read; with `resendMs` again and again until it is over. */
  async #send({ timeoutMs, resendMs }: Patience): Promise<void> {
    const { signal } = this.#over;
    // The deadline is this call's own: who knows more than `send` says what went wrong.
    const options = { timeoutMs: Math.max(timeoutMs, 1) * 2, signal, resendMs };
    do {
      try {
        await this.#endpoint.send([this.#item], options);
        this.#wasRead = true;
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof EshmError)) throw error;
        // A loop that stood still has the time-out of `send` come first.
        if (error.code === 'ESHM_TIMEOUT') throw this.#timeoutError(timeoutMs);
        if (error.code !== 'ESHM_BUFFER_FULL') throw error;
        // Something else was written in its place. It may have been read before that.
        this.#failure = error;
      }
      if (resendMs !== undefined) await sleep(resendMs, undefined, { signal }).catch(() => {});
    } while (resendMs !== undefined && !signal.aborted);
  }

  #action(): string {
    return `Cannot call '${this.#item.value.name}' on '${this.#endpoint.name}'`;
  }

  #timeoutError(timeoutMs: number): EshmError {
    const peerAlive = this.#endpoint.remoteAlive;
    const life = peerAlive === undefined ? '' : `; the other side is ${peerAlive ? 'alive' : 'not there'}`;
    return new EshmError(
      'ESHM_TIMEOUT',
      `${this.#action()}: no result within ${timeoutMs} ms; ${this.#whyNothing()}${life}`,
      { cause: this.#failure, ...(peerAlive === undefined ? {} : { peerAlive }) },
    );
  }

  #whyNothing(): string {
    if (this.#wasRead) {
      const missed =
        this.#missed === 0
          ? 'the other side answers no calls, is still at work, or its answer was overwritten before it was read'
          : this.#missed === 1
            ? '1 message was overwritten before it was read, which may have been the answer'
            : `${this.#missed} messages were overwritten before they were read, one of which may have been the answer`;
      return `it was read, and ${missed}; resendMs calls again until there is one`;
    }
    if (this.#failure === undefined) return 'it was not read';
    return 'something else was written in its place before it was known to be read; resendMs writes it again';
  }
}
