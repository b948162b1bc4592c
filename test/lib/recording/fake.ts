/** An observer without a channel: it tells what a test has prepared. */
import type { Observation, ObservedChannel, ObservedMessage } from '../../../lib/recording/observed.js';
import type { RecordedEvent } from '../../../lib/recording/state.js';

/** 2026-11-29, in ns since the epoch. */
export const START_AT = 1_795_910_400_000_000_000n;

/** A message of `robot`, with what a test does not care for filled in. */
export function seen(given: Partial<ObservedMessage> & { readonly count: number }): ObservedMessage {
  return {
    name: 'robot',
    direction: 'm2s',
    data: Buffer.from(`message ${given.count}`),
    missed: 0,
    generation: 1,
    shm: 'posix',
    at: START_AT + BigInt(given.count) * 1_000_000n,
    ...given,
  };
}

/** What a channel tells beside messages. */
export interface Change {
  readonly event: RecordedEvent;
  readonly role?: 'master' | 'slave';
}

/** Tells messages and changes in their order, then ends; or waits to be closed where it `stays`. */
export class FakeObservation implements Observation {
  channelNow: ObservedChannel | undefined = { shm: 'posix', generation: 1, maxDataSize: 4096 };
  isClosed = false;
  readonly #script: Iterable<ObservedMessage | Change>;
  readonly #stays: boolean;
  #now = START_AT;
  #tell: Parameters<Observation['onChange']>[0] = () => {};
  #close = () => {};
  readonly #closed = new Promise<void>((resolve) => {
    this.#close = resolve;
  });

  constructor(script: Iterable<ObservedMessage | Change>, stays = false) {
    this.#script = script;
    this.#stays = stays;
  }

  channel(): ObservedChannel | undefined {
    return this.channelNow;
  }

  onChange(tell: Parameters<Observation['onChange']>[0]): void {
    this.#tell = tell;
  }

  now(): bigint {
    return this.#now;
  }

  close(): void {
    this.isClosed = true;
    this.#close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ObservedMessage, void, void> {
    for (const one of this.#script) {
      if (this.isClosed) return;
      if ('event' in one) {
        this.#tell({ ...one, name: 'robot', at: this.#now });
        continue;
      }
      this.#now = one.at;
      yield one;
    }
    if (this.#stays) await this.#closed;
  }
}
