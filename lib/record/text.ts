import { EshmError } from '../errors.js';
import { wrongType } from './faults.js';
import type { TextKind } from './kinds.js';
import { dead, type Memory } from './memory.js';
import type { Port } from './scalars.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

/** Where no text of it is ever longer than what fits: of a whole text, whose length is checked before it is encoded. */
const MOST_BYTES_PER_UNIT = 3;

/** The text in bytes without a NUL; `undefined` where they are none. */
type Decode = (bytes: Uint8Array) => string | undefined;

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

const decodeLatin1: Decode = ({ buffer, byteOffset, length }) =>
  Buffer.from(buffer, byteOffset, length).toString('latin1');

const decodeOf = ({ encoding }: TextKind): Decode => (encoding === 'latin1' ? decodeLatin1 : decodeUtf8);

/** The bytes of a text before the NUL that ends it; all of them, if none does. */
function before(window: Uint8Array): Uint8Array {
  const end = window.indexOf(0);
  return end < 0 ? window : window.subarray(0, end);
}

/** Whether bytes are a text of this kind. */
export function isText(kind: TextKind, window: Uint8Array): boolean {
  return decodeOf(kind)(before(window)) !== undefined;
}

/** What there is to say about bytes that are none. */
export const NO_TEXT = 'its bytes are no UTF-8, expected some';

/** A port to text in the bytes at `at`. */
export function textPort(kind: TextKind, memory: Memory, at: number, label: string): Port {
  const { life, owner } = memory;
  const { size } = kind;
  const decode = decodeOf(kind);
  const refuses = kind.invalid === 'refuse';
  const write = kind.encoding === 'latin1' ? writerOfLatin1(size, label) : writerOfUtf8(size, label);
  const window = () => memory.now.u8.subarray(at, at + size);
  const get = () => {
    if (!life.isAlive) throw dead(owner);
    const bytes = window();
    const text = decode(before(bytes));
    if (text !== undefined) return text;
    if (refuses) throw new EshmError('ESHM_CORRUPT', `Cannot read ${label}: ${NO_TEXT}`);
    return bytes.slice();
  };
  return {
    get,
    set: (value: string | Uint8Array) => {
      if (!life.isAlive) throw dead(owner);
      if (typeof value === 'string') write(value, window());
      else {
        checkBytes(kind, label, value);
        window().set(value);
      }
    },
    copy: get,
  };
}

function checkBytes(kind: TextKind, label: string, value: Uint8Array): void {
  const { size } = kind;
  if (!(value instanceof Uint8Array))
    throw wrongType(label, value, `a string or a Uint8Array of ${size} bytes`);
  if (value.length !== size) {
    throw new RangeError(`Cannot set ${label}: value has ${value.length} bytes, expected ${size}`);
  }
  if (kind.invalid === 'refuse' && !isText(kind, value))
    throw new RangeError(`Cannot set ${label}: ${NO_TEXT}`);
}

type Write = (value: string, window: Uint8Array) => void;

function writerOfUtf8(size: number, label: string): Write {
  const spare = new Uint8Array(size * MOST_BYTES_PER_UNIT);
  return (value, window) => {
    refuseNul(value, label);
    const fits = value.length <= size;
    const written = fits ? encoder.encodeInto(value, spare).written : encoder.encode(value).length;
    if (written > size) throw tooLong(label, written, size);
    // Half a pair stands for no character, and would be written as another.
    if (written !== value.length && /\p{Surrogate}/u.test(value)) {
      throw new RangeError(`Cannot set ${label}: value has half a surrogate pair, expected characters`);
    }
    window.fill(0);
    for (let i = 0; i < written; i++) window[i] = spare[i]!;
  };
}

function writerOfLatin1(size: number, label: string): Write {
  return (value, window) => {
    refuseNul(value, label);
    const odd = /[^\0-\xff]/u.exec(value)?.[0];
    if (odd !== undefined) {
      throw new RangeError(
        `Cannot set ${label}: value has '${odd}', which is not in Latin-1, expected characters up to U+00FF`,
      );
    }
    if (value.length > size) throw tooLong(label, value.length, size);
    window.fill(0);
    for (let i = 0; i < value.length; i++) window[i] = value.charCodeAt(i);
  };
}

function refuseNul(value: string, label: string): void {
  if (!value.includes('\0')) return;
  throw new RangeError(`Cannot set ${label}: value has a NUL, which would end it, expected none`);
}

function tooLong(label: string, length: number, size: number): RangeError {
  return new RangeError(`Cannot set ${label}: value has ${length} bytes, expected ${size} at most`);
}
