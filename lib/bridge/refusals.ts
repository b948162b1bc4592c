import { EshmError } from '../errors.js';
import { explain } from './dial.js';

/**
 * So many refusals in a row end a bridge that was connected before, which takes about a minute. One may pass: of a server
 * that is up before what it asks who its clients are, or in the middle of a change of its certificates.
 */
export const MOST_REFUSALS = 200;

/**
 * Whether a server that was there before, and does not let its bridge in again, is still to be asked. Belongs to one
 * {@link Server}.
 */
export class Refusals {
  readonly #where: string;
  readonly #most: number;
  readonly #onNotice: (text: string) => void;
  #inARow = 0;
  #isTold = false;

  /** @param onNotice - told of the first refusal since the server was there */
  constructor(servers: readonly string[], most: number, onNotice: (text: string) => void) {
    this.#where = servers.join(', ');
    this.#most = most;
    this.#onNotice = onNotice;
  }

  /**
   * Takes note of why an attempt has failed.
   *
   * @throws {EshmError} ESHM_INVALID_PARAM when it is one refusal too many
   */
  note(error: unknown): void {
    const { isRefusal, reason } = explain(error);
    this.#inARow = isRefusal ? this.#inARow + 1 : 0;
    if (!isRefusal) return;
    if (this.#inARow >= this.#most) {
      throw new EshmError(
        'ESHM_INVALID_PARAM',
        `Cannot connect again to ${this.#where}: ${reason} (${this.#inARow} times in a row)`,
      );
    }
    if (!this.#isTold) this.#onNotice(`${this.#where} is back, but: ${reason}; trying again`);
    this.#isTold = true;
  }

  /** It is connected again. */
  forget(): void {
    this.#inARow = 0;
    this.#isTold = false;
  }
}
