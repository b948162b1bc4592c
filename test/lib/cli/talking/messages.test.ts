import assert from 'node:assert/strict';
import fc from 'fast-check';
import { blocks, lines } from '../../../../lib/cli/talking/messages.js';

/** A stream of these chunks. */
async function* stream(chunks: readonly Uint8Array[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

async function textsOf(messages: AsyncIterable<Buffer>): Promise<string[]> {
  const texts: string[] = [];
  for await (const message of messages) texts.push(message.toString('latin1'));
  return texts;
}

/** Bytes in chunks of any sizes; many line ends among them. */
const chunkedBytes = fc
  .array(fc.array(fc.constantFrom(0x0a, 0x0d, 0x00, 0x41, 0xff), { maxLength: 9 }))
  .map((chunks) => {
    return chunks.map((chunk) => Uint8Array.from(chunk));
  });

describe('lines()', () => {
  it('takes off line ends and nothing else; the last line needs none', async () => {
    assert.deepEqual(await textsOf(lines(stream([Buffer.from('a\n\nb\r\nc')]), 10)), ['a', '', 'b\r', 'c']);
    assert.deepEqual(await textsOf(lines(stream([Buffer.from('a\n')]), 10)), ['a']);
    assert.deepEqual(await textsOf(lines(stream([]), 10)), []);
  });

  it('gives the same lines however the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(chunkedBytes, async (chunks) => {
        const whole = Buffer.concat(chunks).toString('latin1');
        const expected = whole.split('\n');
        if (expected.at(-1) === '') expected.pop();
        assert.deepEqual(await textsOf(lines(stream(chunks), 1000)), expected);
      }),
    );
  });

  it('refuses a line that is too long with its number, before its end has come', async () => {
    const found: string[] = [];
    const forever = async function* () {
      yield Buffer.from('ok\nabcd\n');
      for (;;) yield Buffer.from('x');
    };
    const error = {
      code: 'ESHM_BUFFER_TOO_SMALL',
      message: /line 3: it has 5 bytes or more, expected 4 at most/,
    };
    await assert.rejects(async () => {
      for await (const line of lines(forever(), 4)) found.push(String(line));
    }, error);
    assert.deepEqual(found, ['ok', 'abcd']);
  });
});

describe('blocks()', () => {
  it('cuts what comes into messages that fit, and loses no byte', async () => {
    await fc.assert(
      fc.asyncProperty(chunkedBytes, fc.integer({ min: 1, max: 12 }), async (chunks, size) => {
        const messages = await textsOf(blocks(stream(chunks), size));
        for (const message of messages) assert.ok(message.length >= 1 && message.length <= size);
        assert.equal(messages.join(''), Buffer.concat(chunks).toString('latin1'));
      }),
    );
  });
});
