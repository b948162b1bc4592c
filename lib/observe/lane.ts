import { type Condition, Doubts, Wait, type WaitManner } from '../async/index.js';
import type { WireDecoder } from '../codec/index.js';
import { type EshmError, isCorrupt } from '../errors.js';
import { Armed, type Pace } from '../heartbeat/index.js';
import type { ShmKind } from '../store/index.js';
import { nowNs } from './clock.js';
import type { Direction, ObservedMessage } from './observed.js';
import type { Source } from './source.js';

/** What a lane is told of itself. */
export interface LaneFacts {
  readonly name: string;
  readonly shm: ShmKind;
  readonly direction: Direction;
  readonly decoder: WireDecoder | undefined;
  /** Told of a message that is none. */
  readonly onCorrupt: (error: EshmError, message: ObservedMessage | undefined) => void;
  /** Whether what is attached is not to be read yet. */
  readonly isUnsure: () => boolean;
}

/**
 * One direction of one name in one kind of memory, whatever is attached there: learns its writer's pace, and goes on with
 * what it has learned after a restart.
 *
 * Belongs to the observer's thread.
 */
export class Lane implements Condition<ObservedMessage<unknown>> {
  readonly facts: LaneFacts;
  readonly #wait = new Wait<ObservedMessage<unknown>>(this);
  readonly #doubts = new Doubts();
  #source: Source | undefined;

  constructor(facts: LaneFacts) {
    this.facts = facts;
  }

  /** Whether there is something attached to read, and no wait for it is under way. */
  get isIdle(): boolean {
    return this.#source !== undefined && !this.#wait.busy;
  }

  /** What is read from now on; nothing without it. The wait that is under way ends with `reason`. */
  move(source: Source | undefined, reason: unknown): void {
    this.suspend(reason);
    this.#source = source;
    if (source !== undefined)
      source.inlet.reader.onCorrupt = (error) => {
        this.facts.onCorrupt(error, undefined);
        return error;
      };
  }

  /** Ends the wait that is under way with `reason`. */
  suspend(reason: unknown): void {
    this.#wait.end(reason);
  }

  /** See {@link Wait.tryAtOnce}. */
  tryAtOnce(): ObservedMessage<unknown> | undefined {
    return this.#wait.tryAtOnce();
  }

  /** Waits for a message, without a limit of time. */
  start(wake: WaitManner['wake']): Promise<ObservedMessage<unknown>> {
    this.#doubts.reset();
    return this.#wait.start(Number.POSITIVE_INFINITY, { signal: undefined, wake });
  }

  /** Has a parked wait look again. */
  wake(isChanged: boolean): void {
    if (isChanged) this.#doubts.reset();
    this.#wait.wake();
  }

  get looksAtOnce(): number {
    return this.#source?.inlet.looksAtOnce ?? 1;
  }

  /** A message that is none is passed over. */
  look(): ObservedMessage<unknown> | undefined {
    const source = this.#source;
    if (source === undefined || this.facts.isUnsure()) return undefined;
    const { inlet } = source;
    let bytes: Buffer | undefined;
    try {
      inlet.pull();
      bytes = inlet.reader.tryRead();
    } catch (error) {
      if (isCorrupt(error)) return undefined;
      throw error;
    }
    if (bytes === undefined) return undefined;
    const at = nowNs();
    const { name, direction, shm, decoder } = this.facts;
    const { count, missed } = inlet.reader;
    const { generation } = source;
    const message = { name, direction, data: bytes, bytes, count, missed, generation, shm, at };
    return decoder === undefined ? message : this.#decoded(decoder, message);
  }

  arm(pace: Pace): boolean {
    return this.#source !== undefined && this.#doubts.arm(this.#source.inlet, pace);
  }

  disarm(): void {
    this.#source?.inlet.watch.disarm(Armed.message);
  }

  #decoded(decoder: WireDecoder, message: ObservedMessage): ObservedMessage<unknown> | undefined {
    try {
      // A decoder may keep and change what it gets.
      return { ...message, data: decoder.decode(Buffer.from(message.bytes)) };
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      this.facts.onCorrupt(error, message);
      return undefined;
    }
  }
}
