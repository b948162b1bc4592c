import { describe } from '../../layout/describe.js';
import { EshmError } from '../errors.js';
import type { ItemsEndpoint, ItemsMessage } from './endpoint.js';
import type { FunctionCallValue, Item, TypedItem } from './types.js';

/** Who is told of what comes in. */
export interface Listener {
  /** What its call is known by, of a call. */
  readonly key?: string;
  /**
   * A message, less what those before it have taken.
   *
   * @param missed - messages that were overwritten unread before this one
   * @returns the items that it has no use for
   */
  take(items: readonly Item[], missed: number): readonly Item[];
  /** What nobody had a use for, if there is any. */
  readonly onOther: ((items: readonly Item[]) => void) | undefined;
  /** There will be no more messages. */
  end(error: unknown): void;
}

const SWITCHBOARDS = new WeakMap<ItemsEndpoint, Switchboard>();

/**
 * What reads an endpoint for its calls, both ways: an endpoint has one reader. Reads while anybody listens and lets others
 * read when nobody does.
 *
 * Belongs to the endpoint's thread.
 */
export class Switchboard {
  readonly #endpoint: ItemsEndpoint;
  readonly #listeners = new Set<Listener>();
  #messages: AsyncIterator<ItemsMessage, undefined> | undefined;

  private constructor(endpoint: ItemsEndpoint) {
    this.#endpoint = endpoint;
  }

  /** That of an endpoint. */
  static of(endpoint: ItemsEndpoint): Switchboard {
    let switchboard = SWITCHBOARDS.get(endpoint);
    if (switchboard === undefined) {
      switchboard = new Switchboard(endpoint);
      SWITCHBOARDS.set(endpoint, switchboard);
    }
    return switchboard;
  }

  /** Whether a call with this key is under way. */
  has(key: string): boolean {
    return [...this.#listeners].some((listener) => listener.key === key);
  }

  /**
   * Listens from now on: what is written after this call is not missed.
   *
   * @throws what the endpoint throws
   */
  add(listener: Listener): void {
    this.#messages ??= this.#begin();
    this.#listeners.add(listener);
  }

  /** Has nothing more to do with it. */
  delete(listener: Listener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0) this.#leave();
  }

  #begin(): AsyncIterator<ItemsMessage, undefined> {
    const messages = this.#endpoint.messages();
    // On the next turn of the microtasks at the earliest: then somebody listens.
    this.#read(messages, messages.next());
    return messages;
  }

  /** Lets others read. */
  #leave(): void {
    const messages = this.#messages;
    this.#messages = undefined;
    messages?.return?.();
  }

  async #read(
    messages: AsyncIterator<ItemsMessage, undefined>,
    first: Promise<IteratorResult<ItemsMessage, undefined>>,
  ): Promise<void> {
    try {
      for (let next = first; ; next = messages.next()) {
        const { done, value } = await next;
        if (this.#messages !== messages) return;
        if (done)
          throw new EshmError('ESHM_CLOSED', `Cannot read from '${this.#endpoint.name}': it has ended`);
        this.#pass(value);
        if (this.#messages !== messages) return;
      }
    } catch (error) {
      if (this.#messages !== messages) return;
      const listeners = [...this.#listeners];
      this.#listeners.clear();
      this.#leave();
      for (const listener of listeners) listener.end(error);
    }
  }

  #pass({ data, missed }: ItemsMessage): void {
    if (!Array.isArray(data)) {
      throw new TypeError(
        `Cannot read items from '${this.#endpoint.name}': a message is ${describe(data)}, expected a list of items; open with codec: items()`,
      );
    }
    let items: readonly Item[] = data;
    const listeners = [...this.#listeners];
    for (const listener of listeners) items = listener.take(items, missed);
    if (items.length === 0) return;
    for (const { onOther } of listeners) onOther?.(items);
  }
}

/** Whether an item is a function call. */
export function isCall(item: Item): item is TypedItem<'functionCall', FunctionCallValue> {
  return item.type === 'functionCall';
}
