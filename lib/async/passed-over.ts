import { type EshmError, warn } from '../errors.js';

/** What has a loop over its messages: an endpoint, or an observer. */
interface Told {
  listenerCount(event: 'corrupt'): number;
}

/**
 * Warns of messages that a loop or a stream passes over while nobody listens to `corrupt`: of the first one, as such messages
 * seldom come alone. One for each endpoint or observer.
 */
export class PassedOver {
  readonly #told: Told;
  readonly #where: string;
  #hasWarned = false;

  /** @param where - what tells of all of them, for people */
  constructor(told: Told, where: string) {
    this.#told = told;
    this.#where = where;
  }

  /** A message was passed over: `error` says of which channel, and what was found and expected. */
  note(error: EshmError): void {
    if (this.#hasWarned || this.#told.listenerCount('corrupt') > 0) return;
    this.#hasWarned = true;
    warn(
      'ESHM_CORRUPT',
      `${error.message}; the message is passed over, and so are others like it without another warning: ${this.#where}, docs/troubleshooting.md has what to look at`,
    );
  }
}
