/**
 * Steady traffic through the library, for the chaos runner; a child process. The C++ and Python sides
 * (test/peers/cpp/eshm_traffic.cpp, test/peers/python/traffic.py) speak the same grammar.
 *
 *   traffic.js master|slave NAME INSTANCE PERIOD_MS [mode=poll|sync|told] [threshold=MS retry=MS attempts=N wait=MS]
 *
 * It writes a message every PERIOD_MS and checks every message it reads. Times are CLOCK_MONOTONIC in ns, the same for
 * all processes. It says
 *
 *   open T          good INSTANCE T     (the first of an instance, then one in 10 ms at most)
 *   torn TEXT       repeat TEXT         empty T
 *   stale T         recovered T         unblocked T        error TEXT        bye
 *   stalled T       resumed T           (a write stands still; it is over)
 *
 * In mode `told` it sends each message and waits until it was read, and says of all of them
 *
 *   told NUMBER     (it was told that its message was read)      had INSTANCE NUMBER     (it has read this one)
 *
 * and obeys, a line each: `die K` (a write by hand as far as step K, then SIGKILL), `stall K MS` (the next write stands
 * still after step K, 1 to 5, and then goes on), `block MS` (the event loop), `quit`.
 */
import { createInterface } from 'node:readline';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { layoutFor } from '../../layout/index.js';
import { Eshm, EshmError, type EshmOptions } from '../../lib/index.js';
import { ownPlace } from '../peers/typescript/place.js';
import { writeStalled } from '../peers/typescript/stall.js';
import { say as speak } from '../peers/typescript/voice.js';
import { addOne, openRaw } from '../support/raw-memory.js';
import { checkMessage, HEAD_SIZE, MAX_SIZE, makeMessage } from './message.js';

/** How long a message may take to be read, in ms, and how it is said that it was not. */
const SEND_MS = 400;
const NOT_TOLD: readonly string[] = ['ESHM_TIMEOUT', 'ESHM_MASTER_STALE'];

const QUIET_NS = 10_000_000n;
const OPTION_NAMES: Record<string, keyof EshmOptions> = {
  threshold: 'staleThresholdMs',
  retry: 'reconnectRetryIntervalMs',
  attempts: 'maxReconnectAttempts',
  wait: 'reconnectWaitMs',
};

const [role = '', name = '', instanceText = '', periodText = '', ...words] = process.argv.slice(2);
const instance = Number(instanceText);
const periodMs = Number(periodText);
const settings = Object.fromEntries(words.map((word) => word.split('=') as [string, string]));
const say = (...line: unknown[]) => speak(line.join(' '));
const now = () => process.hrtime.bigint();

let number = 0;
let random = instance >>> 0;
let lastFrom = 0;
let lastNumber = 0;
let lastSaid = 0n;
let ending = false;
/** The stall that the next write is to have. */
let stall: { readonly step: number; readonly ms: number } | undefined;

function nextMessage(least = HEAD_SIZE): Buffer {
  random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
  return makeMessage(instance, ++number, least + ((random >>> 8) % (MAX_SIZE - least + 1)));
}

function check(message: Buffer): void {
  const heading = checkMessage(message);
  if (heading === undefined) {
    say('torn size', message.length, message.subarray(0, 64).toString('hex'));
    return;
  }
  if (settings.mode === 'told') say('had', heading.instance, heading.number);
  if (heading.instance === lastFrom && heading.number <= lastNumber) {
    say('repeat', `message ${heading.number} of ${heading.instance} after ${lastNumber}`);
  }
  const fresh = heading.instance !== lastFrom;
  lastFrom = heading.instance;
  lastNumber = heading.number;
  const time = now();
  if (!fresh && time - lastSaid < QUIET_NS) return;
  lastSaid = time;
  say('good', lastFrom, time);
}

/** Steps of a write as in steps-write of eshm_peer.cpp, past the library, then the end. */
function dieInWrite(steps: number): void {
  const data = nextMessage();
  const layout = layoutFor();
  const at = role === 'master' ? layout.masterToSlave : layout.slaveToMaster;
  const memory = openRaw(name, ownPlace);
  const half = data.length >>> 1;
  const size = Buffer.alloc(4);
  size.writeUInt32LE(data.length);
  const stepsOfWrite =
    memory === undefined
      ? [] // Removed meanwhile: it dies before the first step.
      : [
          () => addOne(memory, at, 4, 'highest'),
          () => memory.write(at + layout.channel.data, data.subarray(0, half)),
          () => memory.write(at + layout.channel.data + half, data.subarray(half)),
          () => memory.write(at + layout.channel.dataSize, size),
          () => addOne(memory, at, 4, 'highest'),
          () => addOne(memory, at + layout.channel.writeCount, 8, 'lowest'),
        ];
  for (const step of stepsOfWrite.slice(0, steps)) step();
  process.kill(process.pid, 'SIGKILL');
}

function obey(line: string): void {
  const [command, argument, second] = line.split(' ');
  if (command === 'die') dieInWrite(Number(argument));
  else if (command === 'stall') stall = { step: Number(argument), ms: Number(second) };
  else if (command === 'block') {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(argument));
    say('unblocked', now());
  } else if (command === 'quit') ending = true;
}

/** Opens the channel; `undefined` when it is told to quit while a slave's master has not come. */
async function open(options: EshmOptions): Promise<Eshm | undefined> {
  for (;;) {
    try {
      return Eshm.open(name, options);
    } catch (error) {
      const wait = role === 'slave' && error instanceof EshmError && error.code !== 'ESHM_UNSUPPORTED';
      if (!wait) throw error;
      if (ending) return undefined;
      await sleep(10);
    }
  }
}

/** Runs `act`; being told to try again is part of the day. */
function unlessStale(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof EshmError) || !['ESHM_TIMEOUT', 'ESHM_NO_DATA'].includes(error.code)) throw error;
  }
}

/** The next message, by a write that stands still where that was asked for. */
function write(endpoint: Eshm): void {
  // A small one is copied without a call that could be made to stand still.
  const message = nextMessage(stall === undefined ? HEAD_SIZE : 129);
  if (stall === undefined) {
    endpoint.write(message);
    return;
  }
  const onStand = () => {
    stall = undefined;
    say('stalled', now());
  };
  writeStalled({ name, role: endpoint.role, place: ownPlace }, { ...stall, onStand }, () =>
    endpoint.write(message),
  );
  say('resumed', now());
}

/** Sends one message after the other, and says which were read as far as it was told. */
async function sendAll(endpoint: Eshm): Promise<void> {
  while (!ending) {
    const message = nextMessage();
    const sent = number;
    try {
      await endpoint.send(message, { timeoutMs: SEND_MS });
      say('told', sent);
    } catch (error) {
      if (!(error instanceof EshmError) || !NOT_TOLD.includes(error.code)) throw error;
    }
    await sleep(periodMs);
  }
}

async function run(endpoint: Eshm): Promise<void> {
  let due = settings.mode === 'told' ? Number.POSITIVE_INFINITY : 0;
  // What it throws is thrown where everything is told.
  const sending = settings.mode === 'told' ? sendAll(endpoint) : undefined;
  sending?.catch(fail);
  while (!ending) {
    if (performance.now() >= due) {
      unlessStale(() => write(endpoint));
      due = performance.now() + periodMs;
    }
    if (settings.mode === 'sync') {
      unlessStale(() => check(endpoint.readSync({ timeoutMs: 2 })));
      await setImmediate();
    } else {
      const message = endpoint.tryRead();
      if (message !== undefined) check(message);
      else await sleep(1);
    }
  }
}

function fail(error: unknown): never {
  say('error', String((error as Error).stack ?? error).replaceAll('\n', ' | '));
  process.exit(3);
}

createInterface({ input: process.stdin })
  .on('line', obey)
  .on('close', () => {
    ending = true;
  });
try {
  const numbers = Object.entries(settings)
    .filter(([key]) => key in OPTION_NAMES)
    .map(([key, value]) => [OPTION_NAMES[key], Number(value)]);
  const endpoint = await open({
    role: role as 'master' | 'slave',
    shm: ownPlace,
    ...Object.fromEntries(numbers),
  });
  if (endpoint !== undefined) {
    endpoint.on('stale', () => say('stale', now())).on('recovered', () => say('recovered', now()));
    say('open', now());
    await run(endpoint);
    endpoint.close();
  }
  say('bye');
  process.exit(0);
} catch (error) {
  fail(error);
}
