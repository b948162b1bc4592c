import { isPromise, isUint8Array } from 'node:util/types';
import { describe } from '../../layout/describe.js';
import { unreadable, withLength } from '../channel/index.js';
import { EshmError, isCorrupt } from '../errors.js';
import type { Decoder, Encoder, WireDecoder, WireEncoder } from './codec.js';

/** The encoder of a user's codec: what it returns is judged. */
export class CustomEncoder implements WireEncoder {
  readonly #codec: Encoder<never>;

  constructor(codec: Encoder<never>) {
    this.#codec = codec;
  }

  /**
   * See {@link WireEncoder}.
   *
   * @throws what the codec throws
   */
  encode(value: unknown): Uint8Array {
    const made: unknown = this.#codec.encode(value as never);
    if (isUint8Array(made)) return withLength(made, unreadable);
    if (typeof made === 'string') return Buffer.from(made);
    const found = isPromise(made) ? unheard(made) : `what is ${describe(made)}`;
    throw new TypeError(
      `Cannot write: encode() of the codec returned ${found}, expected a Uint8Array or a string at once`,
    );
  }
}

/** The decoder of a user's codec: what it throws and returns is judged. */
export class CustomDecoder implements WireDecoder {
  readonly #codec: Decoder;

  constructor(codec: Decoder) {
    this.#codec = codec;
  }

  decode(message: Buffer): unknown {
    let value: unknown;
    try {
      value = this.#codec.decode(message);
    } catch (cause) {
      if (isCorrupt(cause)) throw cause;
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new EshmError('ESHM_CORRUPT', `Cannot read message: its codec cannot decode it: ${why}`, {
        cause,
      });
    }
    if (value === undefined) throw useless('undefined, which stands for no message');
    if (isPromise(value)) throw useless(unheard(value));
    return value;
  }
}

function useless(found: string): EshmError {
  return new EshmError(
    'ESHM_CORRUPT',
    `Cannot read message: decode() of its codec returned ${found}, expected its value at once`,
  );
}

/** A promise that nobody waits for: if nobody heard of its failure either, that would end the process. */
function unheard(promise: Promise<unknown>): string {
  promise.catch(() => {});
  return 'a promise';
}
