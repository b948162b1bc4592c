import type { ServerResponse } from 'node:http';

/** A stream whose reader takes nothing for this long is ended; a page that is still there comes back by itself. */
const STUCK_MS = 30_000;
/** A word at least this often, so that both ends know that the other is there. */
const WORD_MS = 10_000;
/** How soon a page comes back whose stream has ended. */
const RETRY_MS = 300;

/**
 * Server-sent events to one page. What has been written and not taken yet is one event at most: nothing is queued, since
 * the next event is made when there is room for it.
 */
export class Stream {
  readonly #response: ServerResponse;
  readonly #nowMs: () => number;
  /** When it was opened, by the clock it was given. */
  readonly openedMs: number;
  #isFull = false;
  #writtenMs: number;

  /** @param nowMs - a clock that is not set back */
  constructor(response: ServerResponse, nowMs = () => performance.now()) {
    this.#response = response;
    this.#nowMs = nowMs;
    this.openedMs = nowMs();
    this.#writtenMs = this.openedMs;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.on('drain', () => {
      this.#isFull = false;
    });
    this.#write(`retry: ${RETRY_MS}\n\n`);
  }

  /** Whether an event may be sent now. Ends the stream when its reader has taken nothing for too long. */
  get hasRoom(): boolean {
    if (!this.#isFull) return true;
    if (this.#nowMs() - this.#writtenMs > STUCK_MS) this.#response.destroy();
    return false;
  }

  /** Sends an event. */
  send(event: string, data: unknown): void {
    // JSON has no line breaks of its own.
    this.#write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** To be called now and then: a stream without news says that it lives. */
  keepAlive(): void {
    if (this.hasRoom && this.#nowMs() - this.#writtenMs > WORD_MS) this.#write(': here\n\n');
  }

  end(): void {
    this.#response.end();
  }

  #write(text: string): void {
    this.#writtenMs = this.#nowMs();
    this.#isFull = !this.#response.write(text);
  }
}
