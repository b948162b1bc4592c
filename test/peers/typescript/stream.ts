/** The streams of cpp/peer_stall.cpp: numbered messages, checks of them, and a write that stands still among them. */
import { type Eshm, EshmError } from '../../../lib/index.js';
import { type OwnChannel, writeStalled } from './stall.js';

/** Bytes before the fill: number and size. */
const HEADER = 8;
const LEAST = 16;

/** Writes refused with these are to be tried again. */
const TRY_AGAIN = ['ESHM_TIMEOUT', 'ESHM_NOT_INITIALIZED'];

/** How long a write that is to stall is tried again, in ms: a master found again comes back within that. */
const PATIENCE_MS = 5000;

/** A write was refused for now. */
class Refused extends Error {
  override readonly name = 'Refused';
  override readonly message = 'Cannot write: the other side is stale, and stayed so';
}

/** For the whole life of the process, over all channels: what comes later has a higher number. */
let numberWritten = 0;
let numberRead = 0;
/** The endpoint that read it. */
let lastReader: Eshm | undefined;

const sleeper = new Int32Array(new SharedArrayBuffer(4));
const nowUs = () => Number(process.hrtime.bigint() / 1000n);

/** A message of a stream at the start of `space`: its number, its size, and the number's last byte up to the end. */
function fillMessage(space: Buffer, size: number): Buffer {
  const message = space.subarray(0, size);
  message.writeUInt32LE(++numberWritten, 0);
  message.writeUInt32LE(size, 4);
  return message.fill(numberWritten & 255, HEADER);
}

function isWhole(message: Buffer): boolean {
  const size = message.length;
  if (size < LEAST || message.readUInt32LE(4) !== size) return false;
  if (message[HEADER] !== (message.readUInt32LE(0) & 255)) return false;
  return message.compare(message, HEADER + 1, size, HEADER, size - 1) === 0;
}

function tryWrite(endpoint: Eshm, message: Buffer): boolean {
  try {
    endpoint.write(message);
    return true;
  } catch (error) {
    if (error instanceof EshmError && TRY_AGAIN.includes(error.code)) return false;
    throw error;
  }
}

function checkSizes(channel: OwnChannel, ...sizes: readonly number[]): void {
  if (sizes.every((size) => size >= LEAST && size <= channel.maxDataSize!)) return;
  throw new RangeError(`sizes are ${sizes}, expected ${LEAST} to ${channel.maxDataSize}`);
}

/** stream-write SECONDS LEAST MOST GAP_US */
export function streamWrite(
  endpoint: Eshm,
  channel: OwnChannel,
  [seconds = 0, least = 0, most = 0, gapUs = 0]: readonly number[],
): string {
  checkSizes(channel, least, most);
  const space = Buffer.alloc(most);
  const end = performance.now() + seconds * 1000;
  let random = numberWritten + 12345;
  let [written, refused] = [0, 0];
  do {
    // The clock is dear beside a write.
    for (let i = 0; i < (gapUs === 0 ? 16 : 1); i++) {
      random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
      const message = fillMessage(space, least + ((random >>> 8) % (most - least + 1)));
      if (tryWrite(endpoint, message)) written++;
      else refused++;
    }
    if (gapUs > 0) Atomics.wait(sleeper, 0, 0, gapUs / 1000);
  } while (performance.now() < end);
  return `ok messages=${written} refused=${refused}`;
}

/** stall-write SIZE STEP MS */
export function stallWrite(
  endpoint: Eshm,
  channel: OwnChannel,
  [size = 0, step = 0, ms = 0]: readonly number[],
): string {
  checkSizes(channel, size);
  const message = fillMessage(Buffer.alloc(size), size);
  let stalledUs = 0;
  const onStand = () => {
    stalledUs = nowUs();
  };
  const end = performance.now() + PATIENCE_MS;
  const write = () => {
    if (!tryWrite(endpoint, message)) throw new Refused();
  };
  while (stalledUs === 0) {
    try {
      writeStalled(channel, { step, ms, onStand }, write);
    } catch (error) {
      if (!(error instanceof Refused) || performance.now() > end) throw error;
      Atomics.wait(sleeper, 0, 0, 1);
    }
  }
  return `ok stalled-us=${stalledUs} resumed-us=${nowUs()}`;
}

/** stream-read SECONDS [lib]: spins, or with `lib` waits in `readSync`, as a program would. */
export function streamRead(
  endpoint: Eshm,
  channel: OwnChannel,
  seconds: number,
  mode: string | undefined,
): string {
  const buffer = Buffer.alloc(channel.maxDataSize!);
  const end = performance.now() + seconds * 1000;
  let [messages, torn, repeated, firstUs, lastUs, longestUs] = [0, 0, 0, 0, 0, 0];
  while (performance.now() < end) {
    const message = mode === 'lib' ? waitForMessage(endpoint) : lookForMessage(endpoint, buffer);
    if (message === undefined) continue;
    messages++;
    // An empty one is in the place of a half-written one.
    if (message.length === 0) continue;
    if (!isWhole(message)) {
      torn++;
      continue;
    }
    const number = message.readUInt32LE(0);
    // To an endpoint that joins between a message's even sequence and its count the message is news, and so it is to an
    // original that joins there; the endpoint that was here before may have had it.
    if (endpoint === lastReader ? number <= numberRead : number < numberRead) repeated++;
    numberRead = number;
    lastReader = endpoint;
    const now = nowUs();
    if (firstUs === 0) firstUs = now;
    else longestUs = Math.max(longestUs, now - lastUs);
    lastUs = now;
  }
  return `ok messages=${messages} torn=${torn} repeated=${repeated} first-us=${firstUs} last-us=${lastUs} longest-us=${longestUs}`;
}

function lookForMessage(endpoint: Eshm, buffer: Buffer): Buffer | undefined {
  const size = unlessNothing(() => endpoint.tryReadInto(buffer)) ?? -1;
  return size < 0 ? undefined : buffer.subarray(0, size);
}

function waitForMessage(endpoint: Eshm): Buffer | undefined {
  return unlessNothing(() => endpoint.readSync({ timeoutMs: 1 }));
}

function unlessNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof EshmError && TRY_AGAIN.includes(error.code)) return undefined;
    throw error;
  }
}
