import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { FrameEvent, TableEvent } from '../../../../lib/cli/view/protocol.js';

/** Events of a stream as they come. */
export interface Events {
  table: TableEvent;
  frame: FrameEvent;
}

/** What a page of `eshm view` hears, heard by a test. Comes back when the server ends it, as a browser does. */
export class Listener implements Disposable {
  readonly tables: TableEvent[] = [];
  readonly frames: FrameEvent[] = [];
  /** How often it had to come back. */
  returns = 0;
  readonly #url: URL;
  #response: IncomingMessage | undefined;
  #isDone = false;

  constructor(page: string, query: Record<string, string> = {}) {
    this.#url = new URL(`/events?${new URLSearchParams(query)}`, page);
    // Where nobody is to come back to, a test that waits for more says so.
    this.#listen().catch(() => {});
  }

  async #listen(): Promise<void> {
    for (; !this.#isDone; this.returns++) {
      const [response] = (await once(get(this.#url, { agent: false }), 'response')) as [IncomingMessage];
      this.#response = response;
      let text = '';
      response.setEncoding('utf8').on('data', (more: string) => {
        text += more;
        const events = text.split('\n\n');
        text = events.pop()!;
        for (const event of events) this.#take(event);
      });
      // A server that is killed breaks it off, which is an end like others.
      response.on('error', () => {});
      await new Promise((resolve) => response.once('close', resolve));
    }
  }

  #take(event: string): void {
    const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
    if (name === 'table') this.tables.push(JSON.parse(data!));
    if (name === 'frame') this.frames.push(JSON.parse(data!));
  }

  [Symbol.dispose](): void {
    this.#isDone = true;
    this.#response?.destroy();
  }
}
