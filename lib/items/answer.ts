import { isUint8Array } from 'node:util/types';
import { describe } from '../../layout/describe.js';
import { checkOptions, checkResendMs, checkSignal, checkTimeoutMs, NO_OPTIONS } from '../checks/index.js';
import { EshmError } from '../errors.js';
import { ERROR } from './call.js';
import { checkEndpoint, type ItemsEndpoint } from './endpoint.js';
import { isCall, type Listener, Switchboard } from './switchboard.js';
import type { GivenItem, GivenSimpleValue, Item, SimpleValue } from './types.js';
import { fits64 } from './writer.js';

/**
 * A function that others may call. It gets the arguments as they came (integers are bigints, reals are numbers) and gives
 * the result, or a promise of it; nothing stands for `true`. What it throws becomes a text that begins with `ERROR: `.
 *
 * @param values - the arguments
 */
export type AnswerFunction = (
  // biome-ignore lint/suspicious/noExplicitAny: who calls from another program is bound by no type here
  ...values: any[]
) => GivenSimpleValue | undefined | Promise<GivenSimpleValue | undefined>;

/** Options of {@link answerCalls}. */
export interface AnswerOptions {
  /** Ends the answering; the promise is then fulfilled. */
  readonly signal?: AbortSignal | undefined;
  /** How long an answer may wait to be read, in ms, before the next one takes its place; 1000 by default. */
  readonly timeoutMs?: number | undefined;
  /** Publish an answer again every so many ms until it was read: for peers that forget what is written between reads. */
  readonly resendMs?: number | undefined;
  /** Told of other items that come: there is one reader of an endpoint, and it is this. */
  readonly onOther?: ((items: readonly Item[]) => void) | undefined;
  /** Told of an answer that nobody read, or that could not be sent. */
  readonly onLost?: ((error: unknown, items: readonly GivenItem[]) => void) | undefined;
}

const ANSWER_OPTIONS: Readonly<Record<keyof AnswerOptions, true>> = {
  signal: true,
  timeoutMs: true,
  resendMs: true,
  onOther: true,
  onLost: true,
};

/**
 * Answers function calls, as the original's `processFunctionCalls` does: of every message with calls that have no result
 * the results are filled in, and it is sent back with all its items. A function may take its time: others are answered
 * meanwhile.
 *
 * It reads the endpoint until `signal` or the endpoint ends it, beside a {@link call} of this program over the same
 * endpoint; nobody else may. It sends as `send` does: a `write` may overwrite an answer.
 *
 * @param endpoint - opened with `codec: items()`
 * @param functions - by name; one that is not there is answered by an error, as in the original
 * @param options - `signal`, `timeoutMs`, `resendMs`, `onOther`, `onLost`
 * @returns a promise that is fulfilled when `signal` is aborted or the endpoint was closed, and rejects with an EshmError
 * when the endpoint has given up its master or another reads it
 * @throws {TypeError | RangeError} for wrong arguments
 *
 * @example
 * using robot = Eshm.open('robot answers', { role: 'master', codec: items() });
 * answerCalls(robot, {
 *   add: (a: bigint, b: bigint) => a + b,
 *   move: async (x: number) => `moved to ${x}`,
 * });
 */
export function answerCalls(
  endpoint: ItemsEndpoint,
  functions: Readonly<Record<string, AnswerFunction>>,
  options: AnswerOptions = NO_OPTIONS,
): Promise<void> {
  checkEndpoint('answer calls', endpoint);
  if (typeof functions !== 'object' || functions === null) {
    throw new TypeError(`Cannot answer calls: functions is ${describe(functions)}, expected an object`);
  }
  for (const [name, one] of Object.entries(functions)) {
    if (typeof one !== 'function') {
      throw new TypeError(`Cannot answer calls: '${name}' is ${describe(one)}, expected a function`);
    }
  }
  checkOptions('answer calls', options, ANSWER_OPTIONS);
  const signal = checkSignal('answer calls', options.signal);
  const sending = {
    timeoutMs: checkTimeoutMs('answer calls', options.timeoutMs),
    resendMs: checkResendMs('answer calls', options.resendMs),
    signal,
  };
  const switchboard = Switchboard.of(endpoint);
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const answering = new Answering(endpoint, functions, options, sending, (error) => {
      signal?.removeEventListener('abort', onAbort);
      if (error instanceof EshmError && error.code === 'ESHM_CLOSED') resolve();
      else reject(error);
    });
    const onAbort = () => {
      switchboard.delete(answering);
      resolve();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    switchboard.add(answering);
  });
}

class Answering implements Listener {
  readonly onOther: AnswerOptions['onOther'];
  readonly end: (error: unknown) => void;
  readonly #endpoint: ItemsEndpoint;
  readonly #functions: Readonly<Record<string, AnswerFunction>>;
  readonly #onLost: AnswerOptions['onLost'];
  readonly #sending: Parameters<ItemsEndpoint['send']>[1];

  constructor(
    endpoint: ItemsEndpoint,
    functions: Readonly<Record<string, AnswerFunction>>,
    { onOther, onLost }: AnswerOptions,
    sending: Parameters<ItemsEndpoint['send']>[1],
    end: (error: unknown) => void,
  ) {
    this.onOther = onOther;
    this.end = end;
    this.#endpoint = endpoint;
    this.#functions = functions;
    this.#onLost = onLost;
    this.#sending = sending;
  }

  take(items: readonly Item[]): readonly Item[] {
    const others = items.filter((item) => !isOpen(item));
    if (others.length < items.length) this.#answer(items);
    return others;
  }

  async #answer(items: readonly Item[]): Promise<void> {
    const answers = await Promise.all(items.map((item) => this.#answerOne(item)));
    try {
      await this.#send(answers);
    } catch (error) {
      if (this.#sending.signal?.aborted) return;
      this.#onLost?.(error, answers);
    }
  }

  /** An answer that is too large for a message is an error for who called. */
  async #send(answers: readonly GivenItem[]): Promise<void> {
    try {
      await this.#endpoint.send(answers, this.#sending);
    } catch (error) {
      if (!(error instanceof EshmError) || error.code !== 'ESHM_BUFFER_TOO_SMALL') throw error;
      const result = `${ERROR}${error.message}`;
      const calls = answers.filter(({ type }) => type === 'functionCall') as CallWithResult[];
      const errors = calls.map((item) => ({ ...item, value: { ...item.value, arguments: [], result } }));
      await this.#endpoint.send(errors, this.#sending);
    }
  }

  async #answerOne(item: Item): Promise<GivenItem> {
    if (!isOpen(item)) return item;
    const { key, value } = item;
    return {
      type: 'functionCall',
      key,
      value: { ...value, result: await this.#run(value.name, value.arguments) },
    };
  }

  async #run(name: string, values: readonly SimpleValue[]): Promise<GivenSimpleValue> {
    // Of its own: `constructor` is no function for others to call.
    if (!Object.hasOwn(this.#functions, name)) return `${ERROR}Function not found: ${name}`;
    try {
      return checkResult(await this.#functions[name]!(...values));
    } catch (error) {
      return `${ERROR}${error instanceof Error ? error.message : String(error)}`;
    }
  }
}

type CallWithResult = GivenItem & { readonly type: 'functionCall' };

/** Whether an item is a call that nobody has answered. */
function isOpen(item: Item): item is Extract<Item, { readonly type: 'functionCall' }> {
  return isCall(item) && item.value.result === undefined;
}

function checkResult(result: unknown): GivenSimpleValue {
  switch (typeof result) {
    case 'undefined':
      return true;
    case 'boolean':
    case 'number':
    case 'string':
      return result;
    case 'bigint':
      if (fits64(result)) return result;
      throw new RangeError(`The result is ${result}, expected 64 bits at most`);
  }
  if (isUint8Array(result)) return result;
  throw new TypeError(
    `The result is ${describe(result)}, expected a bigint, number, boolean, string or Uint8Array`,
  );
}
