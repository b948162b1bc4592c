import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';

/** What is judged of a request. */
export interface Asked {
  readonly method: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly path: string;
}

/** Why a request is refused. */
export interface Refusal {
  readonly status: 403 | 405;
  readonly reason: string;
}

/**
 * Who may ask: a page of this server or a person, and nobody else's page. A browser sends the Host of the address it was
 * told, so a name of elsewhere that leads here is seen by that; it sends where a request comes from as Origin, or as
 * Sec-Fetch-Site.
 */
export class Guard {
  readonly #names: ReadonlySet<string>;
  readonly #isOpen: boolean;

  /** @param address - the one that is listened on */
  constructor(address: string) {
    this.#isOpen = !isLoopback(address);
    const here = ['localhost', '127.0.0.1', '[::1]'];
    const machine = hostname().toLowerCase();
    const more = this.#isOpen ? [machine, machine.replace(/\..*/, ''), `${machine}.local`] : [];
    this.#names = new Set([...here, ...more, bracketed(address)]);
  }

  /** `undefined` for a request that may be answered. */
  refuse({ method, headers, path }: Asked): Refusal | undefined {
    if (method !== 'GET')
      return { status: 405, reason: `Method ${method}, expected GET: this page only looks` };
    const { host } = headers;
    if (host === undefined || !this.#isOurs(host)) {
      return {
        status: 403,
        reason: `Host ${host ?? '(none)'} is not this server's, expected ${this.#expected()}`,
      };
    }
    const { origin } = headers;
    if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
      return { status: 403, reason: `Origin ${origin} is another's page` };
    }
    const site = headers['sec-fetch-site'];
    // A link to the page may be followed from anywhere; what is in it may be loaded by itself only.
    const isFollowed = path === '/' && headers['sec-fetch-mode'] === 'navigate';
    if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isFollowed) {
      return { status: 403, reason: 'The request comes from the page of another site' };
    }
    return undefined;
  }

  /** Any port: `ssh -L 9000:127.0.0.1:8765` is asked under 9000. */
  #isOurs(host: string): boolean {
    const name = host.toLowerCase().replace(/:\d+$/, '');
    if (this.#names.has(name)) return true;
    // No name leads to an address that is written as one.
    return this.#isOpen && isIP(name.replace(/^\[|\]$/g, '')) !== 0;
  }

  #expected(): string {
    return [...this.#names].join(', ');
  }
}

/** Whether only programs of this machine reach an address. */
export function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || /^127\.\d+\.\d+\.\d+$/.test(address);
}

/** An address as it is written in a URL. */
export function bracketed(address: string): string {
  return isIP(address) === 6 ? `[${address}]` : address.toLowerCase();
}
