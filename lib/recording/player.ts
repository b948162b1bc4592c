import { DEFAULT_MAX_DATA_SIZE } from '../../layout/index.js';
import { EshmError } from '../errors.js';
import type { Direction, Eshm } from '../index.js';
import type { RecordedChannel } from './channels.js';
import type { ResolvedReplay } from './replay-options.js';

/** One end of one channel, which writes what was recorded of one direction. Belongs to its replay. */
export class Player {
  readonly name: string;
  readonly target: string;
  readonly direction: Direction;
  /** Messages that were written, and that could not be. */
  messages = 0;
  unwritten = 0;
  readonly #endpoint: Eshm;
  readonly #maxDataSize: number;
  readonly #options: ResolvedReplay;
  /** The message that is waiting to be read; what became of it is told by {@link ready}. */
  #pending: Promise<void> | undefined;
  #error: unknown;

  constructor(channel: RecordedChannel, target: string, endpoint: Eshm, options: ResolvedReplay) {
    this.name = channel.name;
    this.target = target;
    this.direction = endpoint.role === 'master' ? 'm2s' : 's2m';
    this.#endpoint = endpoint;
    this.#maxDataSize = options.endpoint.maxDataSize ?? channel.maxDataSize ?? DEFAULT_MAX_DATA_SIZE;
    this.#options = options;
  }

  /** Whether the other side is there. */
  get hasPeer(): boolean {
    return this.#endpoint.remoteAlive;
  }

  /** Whether the other side is there and has not read the last message. */
  get isUnread(): boolean {
    if (!this.#endpoint.remoteAlive) return false;
    const stats = this.#endpoint.stats();
    return this.direction === 'm2s'
      ? stats.m2sReadCount < stats.m2sWriteCount
      : stats.s2mReadCount < stats.s2mWriteCount;
  }

  /** Waits until the message before was read, where that is asked for. @throws what sending it has thrown */
  async ready(): Promise<void> {
    if (this.#pending !== undefined) await this.#pending;
    if (this.#error !== undefined) throw this.#error;
  }

  /**
   * Writes a message.
   *
   * @param positionMs - where it is in the recording, for people
   * @param signal - ends the wait for its being read
   * @throws {EshmError} ESHM_BUFFER_TOO_SMALL, and what writing throws
   */
  write(data: Buffer, positionMs: number, signal: AbortSignal): void {
    if (data.length > this.#maxDataSize) {
      throw new EshmError(
        'ESHM_BUFFER_TOO_SMALL',
        `Cannot replay '${this.name}': a message at ${(positionMs / 1000).toFixed(3)} s has ${data.length} bytes, expected ${this.#maxDataSize} at most, as the recording says of this channel; open both ends with a larger maxDataSize`,
      );
    }
    if (this.#options.ack) {
      const { ackTimeoutMs: timeoutMs, resendMs } = this.#options;
      this.#pending = this.#endpoint
        .send(data, { timeoutMs, resendMs, signal })
        .catch((error) => {
          if (!signal.aborted) this.#error = error;
        })
        .finally(() => {
          this.#pending = undefined;
        });
      this.messages += 1;
    } else if (this.#endpoint.tryWrite(data)) {
      this.messages += 1;
    } else {
      this.unwritten += 1;
    }
  }

  /** Waits until the last message was read, where that is asked for. @throws as {@link ready} */
  finish(): Promise<void> {
    return this.ready();
  }

  close(): void {
    this.#endpoint.close();
  }
}
