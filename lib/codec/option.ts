import { describe } from '../../layout/describe.js';
import type { Codec, CodecPair, Decoder, Encoder, WireDecoder, WireEncoder } from './codec.js';
import { CustomDecoder, CustomEncoder } from './custom.js';
import { type Encoding, textCodec } from './text.js';

/** What messages are to a program that says it itself: a codec for both ways, or `{ out, in }` with one for each. */
// biome-ignore lint/suspicious/noExplicitAny: what an encoder is given is contravariant, and this is any
export type CodecOption = Codec<any, unknown> | CodecPair<Encoder<any>, Decoder>;

/** An option with a codec for what is written. */
export interface CodecOut<Given> {
  /** What this endpoint writes. */
  readonly out: Encoder<Given>;
}

/** An option with a codec for what is read. */
export interface CodecIn<Value> {
  /** What this endpoint reads. */
  readonly in: Decoder<Value>;
}

/** The encoder of an option, `undefined` without one. */
export type EncoderOf<C> =
  C extends Encoder<infer Given>
    ? Encoder<Given>
    : C extends CodecOut<infer Given>
      ? Encoder<Given>
      : undefined;

/** What reads return under an option: what its decoder does, or `Data` without one. */
export type DecodedOf<C, Data> =
  C extends Decoder<infer Value> ? Value : C extends CodecIn<infer Value> ? Value : Data;

/** The codec of each way of an endpoint; `undefined` for bytes as they are, or for a record. */
export interface WireCodecs {
  readonly out: WireEncoder | undefined;
  readonly in: WireDecoder | undefined;
}

/** The ways that have a record. */
export interface RecordWays {
  readonly out?: unknown;
  readonly in?: unknown;
}

/**
 * The codecs of the options `codec` and `encoding`, beside what has a record.
 *
 * @throws {TypeError} for what is no codec
 * @throws {RangeError} for a way with both a codec and a record, and for an encoding that nothing is left for
 */
export function resolveCodecs(
  option: CodecOption | undefined,
  encoding: Encoding,
  records: RecordWays,
): WireCodecs {
  const codecs = option === undefined ? {} : pairOf(option);
  checkWays('open', ['out', 'in'], encoding, codecs, records);
  const text = textCodec(encoding);
  return {
    out: codecs.out === undefined ? text : new CustomEncoder(codecs.out),
    in: codecs.in === undefined ? text : new CustomDecoder(codecs.in),
  };
}

/**
 * Checks that each way is one thing: a record, or a codec, or text of an encoding, or bytes.
 *
 * @param action - what the options are for
 * @param ways - the ways that there are
 * @throws {RangeError} for a way with both a codec and a record, and for an encoding that nothing is left for
 */
export function checkWays<Way extends string>(
  action: 'open' | 'observe',
  ways: readonly Way[],
  encoding: Encoding,
  codecs: Readonly<{ [W in Way]?: unknown }>,
  records: Readonly<{ [W in Way]?: unknown }>,
): void {
  const withCodec = ways.filter((way) => codecs[way] !== undefined);
  const withRecord = ways.filter((way) => records[way] !== undefined);
  const twice = withCodec.find((way) => withRecord.includes(way));
  if (twice !== undefined) {
    throw new RangeError(
      `Cannot ${action}: the way '${twice}' has a record and a codec, expected one of them`,
    );
  }
  if (encoding === null || withCodec.length + withRecord.length < ways.length) return;
  const what = [...(withRecord.length > 0 ? ['a record'] : []), ...(withCodec.length > 0 ? ['a codec'] : [])];
  throw new RangeError(
    `Cannot ${action}: encoding is '${encoding}' while both ways have ${what.join(' or ')}, expected one of them; no message would be text`,
  );
}

function pairOf(option: CodecOption): CodecPair<Encoder<never>, Decoder> {
  const expected =
    "expected an object with encode() and decode(), or one with such objects as 'out' and 'in'";
  if ((typeof option !== 'object' && typeof option !== 'function') || option === null) {
    throw new TypeError(`Cannot open: codec is ${describe(option)}, ${expected}`);
  }
  if ('encode' in option || 'decode' in option) {
    check(option, 'encode', 'codec', "; for one way alone, give it as 'out' or 'in'");
    check(option, 'decode', 'codec', "; for one way alone, give it as 'out' or 'in'");
    return { out: option as Encoder<never>, in: option as Decoder };
  }
  for (const key of Object.keys(option)) {
    if (key !== 'out' && key !== 'in') throw new TypeError(`Cannot open: codec has a '${key}', ${expected}`);
  }
  if (option.out === undefined && option.in === undefined) {
    throw new TypeError(`Cannot open: codec has neither, ${expected}`);
  }
  if (option.out !== undefined) check(option.out, 'encode', 'codec.out');
  if (option.in !== undefined) check(option.in, 'decode', 'codec.in');
  return option;
}

/** @throws {TypeError} for what has no such method */
function check(codec: unknown, method: 'encode' | 'decode', name: string, hint = ''): void {
  const found = (codec as { [method]?: unknown } | null)?.[method];
  if (typeof found === 'function') return;
  const what = codec === null || typeof codec !== 'object' ? describe(codec) : `without ${method}()`;
  throw new TypeError(`Cannot open: ${name} is ${what}, expected an object with ${method}()${hint}`);
}
