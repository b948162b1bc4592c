import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { Writable } from 'node:stream';
import { Stream } from '../../../../lib/cli/view/stream.js';

/** A connection whose reader takes something only when it is told to. */
class Reader extends Writable {
  readonly sent: string[] = [];
  #taken: (() => void) | undefined;

  constructor() {
    super({ highWaterMark: 100 });
  }

  writeHead(): this {
    return this;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.sent.push(chunk.toString());
    this.#taken = done;
  }

  /** Takes all that waits. */
  async takeAll(): Promise<void> {
    while (this.#taken !== undefined) {
      const taken = this.#taken;
      this.#taken = undefined;
      taken();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

function opened() {
  let atMs = 0;
  const reader = new Reader();
  const stream = new Stream(reader as unknown as ServerResponse, () => atMs);
  return {
    reader,
    stream,
    pass: (ms: number) => {
      atMs += ms;
    },
  };
}

describe('Stream', () => {
  it('sends events as a browser reads them', async () => {
    const { reader, stream } = opened();
    stream.send('table', { text: 'two\nlines' });
    await reader.takeAll();
    assert.deepEqual(reader.sent, ['retry: 300\n\n', 'event: table\ndata: {"text":"two\\nlines"}\n\n']);
  });

  it('has no room while an event has not been taken, and has some again', async () => {
    const { reader, stream } = opened();
    await reader.takeAll();
    assert.equal(stream.hasRoom, true);
    stream.send('table', 'x'.repeat(200));
    assert.equal(stream.hasRoom, false);
    await reader.takeAll();
    assert.equal(stream.hasRoom, true);
  });

  it('ends where its reader takes nothing for half a minute', () => {
    const { reader, stream, pass } = opened();
    stream.send('table', 'x'.repeat(200));
    pass(29_000);
    assert.equal(stream.hasRoom, false);
    assert.equal(reader.destroyed, false);
    pass(2_000);
    assert.equal(stream.hasRoom, false);
    assert.equal(reader.destroyed, true);
  });

  it('says that it lives where there is nothing new', async () => {
    const { reader, stream, pass } = opened();
    await reader.takeAll();
    stream.keepAlive();
    pass(11_000);
    stream.keepAlive();
    stream.keepAlive();
    await reader.takeAll();
    assert.deepEqual(reader.sent.slice(1), [': here\n\n']);
  });
});
