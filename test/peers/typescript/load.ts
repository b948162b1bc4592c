/** Many messages at once: self-checking bursts, echoes, and the tear tests of cpp/peer_load.cpp. */
import { DEFAULT_MAX_DATA_SIZE } from '../../../layout/index.js';
import { type Eshm, EshmError } from '../../../lib/index.js';

const BURST_HEADER = 8;
const CODES_THAT_END_A_DRAIN = ['ESHM_TIMEOUT', 'ESHM_NO_DATA', 'ESHM_MASTER_STALE'];

/** FNV-1a over the number's four bytes and the fill. */
function checksum(message: Uint8Array): number {
  let hash = 2166136261;
  for (let i = 0; i < message.length; i++) {
    if (i < 4 || i >= BURST_HEADER) hash = Math.imul(hash ^ message[i]!, 16777619);
  }
  return hash >>> 0;
}

function fillMessage(message: Buffer, number: number): void {
  message.writeUInt32LE(number, 0);
  for (let i = BURST_HEADER; i < message.length; i++) message[i] = number + i;
  message.writeUInt32LE(checksum(message), 4);
}

function isIntact(message: Buffer): boolean {
  return message.length >= BURST_HEADER && message.readUInt32LE(4) === checksum(message);
}

function isUniform(bytes: Uint8Array, size: number): boolean {
  for (let i = 1; i < size; i++) if (bytes[i] !== bytes[0]) return false;
  return true;
}

/** One message, into a buffer of `bufferSize` bytes where that is given. */
export function read(endpoint: Eshm, timeoutMs: number, bufferSize?: number): Buffer {
  if (bufferSize === undefined) return endpoint.readSync({ timeoutMs });
  const target = Buffer.alloc(bufferSize);
  const end = performance.now() + timeoutMs;
  do {
    const size = endpoint.tryReadInto(target);
    if (size >= 0) return target.subarray(0, size);
  } while (performance.now() < end);
  throw new EshmError(timeoutMs === 0 ? 'ESHM_NO_DATA' : 'ESHM_TIMEOUT');
}

export function burst(endpoint: Eshm, [count = 0, size = 0, gapUs = 0]: readonly number[]): string {
  if (size < BURST_HEADER) throw new RangeError('a burst message has at least 8 bytes');
  const message = Buffer.alloc(size);
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (let number = 0; number < count; number++) {
    fillMessage(message, number);
    endpoint.write(message);
    if (gapUs > 0) Atomics.wait(sleeper, 0, 0, gapUs / 1000);
  }
  return `ok sent=${count}`;
}

export function drain(endpoint: Eshm, [timeoutMs = 0]: readonly number[]): string {
  let [messages, bad, lost, repeated, backward, last] = [0, 0, 0, 0, 0, -1];
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  let newestMs = performance.now();
  for (;;) {
    let message: Buffer;
    try {
      message = endpoint.readSync({ timeoutMs });
    } catch (error) {
      if (!(error instanceof EshmError) || !CODES_THAT_END_A_DRAIN.includes(error.code)) throw error;
      // Stale for a moment, perhaps: more may come.
      if (performance.now() - newestMs < timeoutMs) {
        Atomics.wait(sleeper, 0, 0, 1);
        continue;
      }
      const order = `lost=${lost} repeated=${repeated} backward=${backward}`;
      return `ok messages=${messages} bad=${bad} last=${Math.max(last, 0)} ${order}`;
    }
    newestMs = performance.now();
    messages += 1;
    if (!isIntact(message)) bad += 1;
    if (message.length < BURST_HEADER) continue;
    const number = message.readUInt32LE(0);
    if (number === last) repeated += 1;
    if (number < last) backward += 1;
    lost += Math.max(0, number - last - 1);
    last = number;
  }
}

export function echo(endpoint: Eshm, [count = 0, timeoutMs = 0]: readonly number[]): string {
  for (let done = 0; done < count; done++) endpoint.write(endpoint.readSync({ timeoutMs }));
  return `ok echoed=${count}`;
}

export function tortureWrite(endpoint: Eshm, seconds: number, what: string | undefined): string {
  const fixed = what === 'mixed' ? undefined : Number(what);
  const message = Buffer.alloc(Math.max(DEFAULT_MAX_DATA_SIZE, fixed ?? 0));
  const end = performance.now() + seconds * 1000;
  let random = 12345;
  let number = 0;
  do {
    // The clock is dear beside a write.
    for (let i = 0; i < 64; i++, number++) {
      random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
      const size = fixed ?? 1 + ((random >>> 8) % DEFAULT_MAX_DATA_SIZE);
      message.fill(number & 255, 0, size);
      endpoint.write(message.subarray(0, size));
    }
  } while (performance.now() < end);
  return `ok messages=${number}`;
}

/** Spins, or with `lib` waits in `readSync`, as a program would. */
export function tortureRead(endpoint: Eshm, seconds: number, mode: string | undefined): string {
  const buffer = Buffer.alloc(DEFAULT_MAX_DATA_SIZE);
  const end = performance.now() + seconds * 1000;
  let [messages, torn] = [0, 0];
  while (performance.now() < end) {
    const size = mode === 'lib' ? readWithin1Ms(endpoint, buffer) : endpoint.tryReadInto(buffer);
    if (size < 0) continue;
    messages += 1;
    if (!isUniform(buffer, size)) torn += 1;
  }
  return `ok torn=${torn} messages=${messages}`;
}

function readWithin1Ms(endpoint: Eshm, buffer: Buffer): number {
  try {
    return endpoint.readSync({ timeoutMs: 1 }).copy(buffer);
  } catch (error) {
    if (error instanceof EshmError && error.code === 'ESHM_TIMEOUT') return -1;
    throw error;
  }
}
