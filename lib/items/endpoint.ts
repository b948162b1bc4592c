import { describe } from '../../layout/describe.js';
import type { GivenItem, Item } from './types.js';

/** A message of items, with what a loop over messages needs of it. */
export interface ItemsMessage {
  /** The items. */
  readonly data: readonly Item[];
  /** Messages that were overwritten unread before this one. */
  readonly missed: number;
}

/** How an {@link ItemsEndpoint} sends. */
export interface ItemsSendOptions {
  /** How long the other side may take to read the message, in ms. */
  readonly timeoutMs: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
  /** Publish the message again every so many ms until it was read. */
  readonly resendMs?: number | undefined;
}

/** What calls need of an endpoint: `Eshm.open(name, { codec: items() })` is one. */
export interface ItemsEndpoint {
  /** Its name, for errors. */
  readonly name: string;
  /** Whether the other side is there, for errors. */
  readonly remoteAlive?: boolean;
  /**
   * Publishes items and waits until the other side has read them.
   *
   * @param items - the message
   * @param options - how long to wait, and what ends it
   */
  send(items: readonly GivenItem[], options: ItemsSendOptions): Promise<void>;
  /** Every message from now on. */
  messages(): AsyncIterator<ItemsMessage, undefined>;
}

/** @throws {TypeError} for what has no such methods */
export function checkEndpoint(action: string, endpoint: ItemsEndpoint): void {
  const given = endpoint as Partial<ItemsEndpoint> | null | undefined;
  if (typeof given?.send === 'function' && typeof given?.messages === 'function') return;
  throw new TypeError(
    `Cannot ${action}: endpoint is ${describe(endpoint)}, expected one that was opened with codec: items()`,
  );
}
