import { EshmError } from '../errors.js';
import type { Session } from './session.js';

/**
 * What an endpoint may do in the state it is in: asked where {@link Gate} does not let it pass at once. Lets the session
 * attend to its news first.
 *
 * Belongs to the endpoint's thread.
 */
export class Permit {
  readonly #name: string;
  readonly #session: Session;

  /** @param name - of the channel, for errors */
  constructor(name: string, session: Session) {
    this.#name = name;
    this.#session = session;
  }

  /** @throws {EshmError} when nothing may be written, now or for good */
  toWrite(): void {
    if (this.mayWrite()) return;
    throw new EshmError(
      'ESHM_TIMEOUT',
      `Cannot write to '${this.#name}': its master is stale and a new one is being looked for, expected one that beats; try again, or use tryWrite(), which returns false meanwhile`,
    );
  }

  /**
   * Whether there is somebody to write to.
   *
   * @throws {EshmError} what is wrong for good
   */
  mayWrite(): boolean {
    const session = this.#session;
    session.attend();
    const fault = session.fault('write');
    if (fault !== undefined) throw fault;
    return session.state !== 'reconnecting';
  }

  /** @throws {EshmError} when the channel may not be read any more; what a dead master left may be */
  toRead(): void {
    const session = this.#session;
    if (session.state === 'closed') throw session.fault('read');
    session.attend();
    if (session.isOvertaken) throw session.fault('read');
    session.link.inlet.pull();
  }

  /**
   * A look found nothing: is there still anybody to wait for?
   *
   * @throws {EshmError} when there is nobody
   */
  toWait(): void {
    if (this.#session.gate.isOpen) return;
    const fault = this.#session.fault('read');
    if (fault !== undefined) throw fault;
  }

  /** @throws {EshmError} ESHM_CLOSED when nothing is mapped any more */
  toLook(action: string): void {
    const session = this.#session;
    if (session.state === 'closed') throw session.fault(action);
    session.link.inlet.pull();
  }

  /** Why a wait has found nothing, in words for an error. */
  whyNothing(): string {
    const { state, remoteAlive, link } = this.#session;
    if (state === 'reconnecting') return 'the master is stale, a new one is being looked for';
    return remoteAlive
      ? `the ${link.peerRole} is alive and wrote nothing`
      : `there is no live ${link.peerRole}`;
  }
}
