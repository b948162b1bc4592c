/**
 * Codec: what messages are to a program. The two encodings and a user's own codec are one mechanism, which records take
 * part in: something that makes bytes of what is written, something that makes values of what is read.
 *
 * Knows bytes and values. Must not know segments, endpoints, or what a record is.
 */
export type { Codec, CodecPair, Decoder, Encoder, WireDecoder, WireEncoder } from './codec.js';
export {
  type CodecIn,
  type CodecOption,
  type CodecOut,
  checkWays,
  type DecodedOf,
  type EncoderOf,
  type RecordWays,
  resolveCodecs,
  type WireCodecs,
} from './option.js';
export type { DataOf, Encoding } from './text.js';
