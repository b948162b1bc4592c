import { EshmError } from '../../index.js';

const NEWLINE = 0x0a;

/**
 * The lines of a stream as messages, without their line ends; bytes stay as they are.
 *
 * @throws {EshmError} ESHM_BUFFER_TOO_SMALL at a line of more than `maxDataSize` bytes, with its number
 */
export async function* lines(input: AsyncIterable<Buffer>, maxDataSize: number): AsyncGenerator<Buffer> {
  let number = 0;
  let rest: Buffer = Buffer.alloc(0);
  const checked = (line: Buffer) => {
    number++;
    if (line.length <= maxDataSize) return line;
    throw new EshmError(
      'ESHM_BUFFER_TOO_SMALL',
      `Cannot send line ${number}: it has ${line.length} bytes or more, expected ${maxDataSize} at most; use --raw to split it, or --max-data-size on both ends`,
    );
  };
  for await (const chunk of input) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, from)) {
      yield checked(bytes.subarray(from, end));
      from = end + 1;
    }
    rest = bytes.subarray(from);
    if (rest.length > maxDataSize) checked(rest);
  }
  if (rest.length > 0) yield checked(rest);
}

/** A stream as messages of up to `maxDataSize` bytes, cut wherever they come. */
export async function* blocks(input: AsyncIterable<Buffer>, maxDataSize: number): AsyncGenerator<Buffer> {
  for await (const chunk of input) {
    for (let from = 0; from < chunk.length; from += maxDataSize) {
      yield chunk.subarray(from, from + maxDataSize);
    }
  }
}
