/**
 * The line-driven peer of cpp/eshm_peer.cpp in TypeScript: the grammar is at the top of that file.
 *
 * Commands: open, write, read, alive, stats, stale-count, burst, drain, echo, torture-write, torture-read, stream-write,
 * stream-read, stall-write, dump, key, remove, close, quit, and two of its own:
 *
 *   block MS      keeps the event loop busy for so long, then -> ok
 *   send HEX MS   writes a message and waits for so long until it counts as read -> ok
 *
 * `open` also takes order=plain|atomics, idle=NAME, force=0|1, size=MAX_DATA_SIZE and shm=auto|system-v|posix, which is where
 * the library of ESHM_PEER_SHM has its channels unless it is given. An error without a number in the
 * C API is answered with its name: `error ESHM_CORRUPT TEXT`. stale-count looks every millisecond while no command
 * runs, and after each command. The end of stdin is quit.
 */
import { createInterface } from 'node:readline';
import { DEFAULT_MAX_DATA_SIZE, deriveKey } from '../../../layout/index.js';
import { Eshm, EshmError, type EshmOptions } from '../../../lib/index.js';
import { SyscallError } from '../../../syscalls/index.js';
import { openRaw, type RawMemory, removeRaw, type ShmPlace } from '../../support/raw-memory.js';
import * as load from './load.js';
import { openOptions } from './options.js';
import { ownPlace } from './place.js';
import type { OwnChannel } from './stall.js';
import { stallWrite, streamRead, streamWrite } from './stream.js';
import { say } from './voice.js';

/** How a command fails that was not understood. */
class UsageError extends Error {}

type Command = (peer: Peer, words: readonly string[]) => string;

class Peer {
  #endpoint: Eshm | undefined;
  #watch: NodeJS.Timeout | undefined;
  #wasAlive = false;
  name = '';
  maxDataSize = DEFAULT_MAX_DATA_SIZE;
  place: ShmPlace = ownPlace;
  staleCount = 0;

  get endpoint(): Eshm {
    if (this.#endpoint === undefined) throw new EshmError('ESHM_NOT_INITIALIZED');
    return this.#endpoint;
  }

  /** The open channel, and this end of it. */
  get channel(): OwnChannel {
    return { name: this.name, role: this.endpoint.role, maxDataSize: this.maxDataSize, place: this.place };
  }

  open(name: string, options: EshmOptions, watch: boolean): Eshm {
    if (this.#endpoint !== undefined) throw new UsageError('already open');
    this.#endpoint = Eshm.open(name, options);
    this.name = name;
    this.maxDataSize = options.maxDataSize ?? DEFAULT_MAX_DATA_SIZE;
    if (options.shm !== undefined && options.shm !== 'auto') this.place = options.shm;
    this.staleCount = 0;
    this.#wasAlive = false;
    if (watch) this.#watch = setInterval(() => this.look(), 1).unref();
    return this.#endpoint;
  }

  /** Counts a remote that was alive and is no more. */
  look(): void {
    if (this.#endpoint === undefined || this.#watch === undefined) return;
    const alive = this.#endpoint.remoteAlive;
    if (this.#wasAlive && !alive) this.staleCount += 1;
    this.#wasAlive = alive;
  }

  close(): string {
    clearInterval(this.#watch);
    this.#watch = undefined;
    this.#endpoint?.close();
    this.#endpoint = undefined;
    return 'ok';
  }
}

const ROLES = { master: 0, slave: 1 } as const;

const COMMANDS: Readonly<Record<string, Command>> = {
  open(peer, [role, name, ...options]) {
    const { watch, ...settings } = openOptions(role, options);
    return `ok role=${ROLES[peer.open(decodeURIComponent(name ?? ''), settings, watch).role]}`;
  },
  write(peer, [hex = '']) {
    peer.endpoint.write(bytesOf(hex));
    return 'ok';
  },
  send(peer, [hex = '', timeoutMs]) {
    peer.endpoint.sendSync(bytesOf(hex), { timeoutMs: Number(timeoutMs) });
    return 'ok';
  },
  read(peer, [timeoutMs, bufferSize]) {
    const message = load.read(
      peer.endpoint,
      Number(timeoutMs),
      bufferSize === undefined ? undefined : Number(bufferSize),
    );
    return `data ${message.toString('hex') || '-'}`;
  },
  alive: (peer) => `alive ${Number(peer.endpoint.remoteAlive)}`,
  stats: (peer) =>
    `stats ${Object.entries(peer.endpoint.stats())
      .map(([name, value]) => `${snakeCase(name)}=${typeof value === 'boolean' ? Number(value) : value}`)
      .join(' ')}`,
  'stale-count': (peer) => `stale-count ${peer.staleCount}`,
  burst: (peer, words) => load.burst(peer.endpoint, words.map(Number)),
  drain: (peer, words) => load.drain(peer.endpoint, words.map(Number)),
  echo: (peer, words) => load.echo(peer.endpoint, words.map(Number)),
  'torture-write': (peer, [seconds, size]) => load.tortureWrite(peer.endpoint, Number(seconds), size),
  'torture-read': (peer, [seconds, mode]) => load.tortureRead(peer.endpoint, Number(seconds), mode),
  'stream-write': (peer, words) => streamWrite(peer.endpoint, peer.channel, words.map(Number)),
  'stream-read': (peer, [seconds, mode]) => streamRead(peer.endpoint, peer.channel, Number(seconds), mode),
  'stall-write': (peer, words) => stallWrite(peer.endpoint, peer.channel, words.map(Number)),
  block(_, [ms]) {
    const end = performance.now() + Number(ms);
    while (performance.now() < end);
    return 'ok';
  },
  dump(peer, [name]) {
    using memory = find(name === undefined ? peer.name : decodeURIComponent(name), peer.place);
    return `dump ${memory.read(0, memory.size).toString('hex')}`;
  },
  key: (_, [name]) => `key ${deriveKey(decodeURIComponent(name ?? ''))}`,
  remove(peer, [name]) {
    find(decodeURIComponent(name ?? ''), peer.place)[Symbol.dispose]();
    removeRaw(decodeURIComponent(name ?? ''), peer.place);
    return 'ok';
  },
  close: (peer) => peer.close(),
  quit: (peer) => peer.close(),
};

function bytesOf(hex: string): Uint8Array {
  if (!/^(-|([0-9a-f]{2})+)$/i.test(hex)) throw new UsageError('a message is pairs of hex digits, or -');
  return hex === '-' ? new Uint8Array() : Buffer.from(hex, 'hex');
}

function find(name: string, place: ShmPlace): RawMemory {
  const memory = openRaw(name, place);
  if (memory === undefined) throw new Error(`there is nothing under ${name}`);
  return memory;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function answer(peer: Peer, line: string): string {
  const [word = '', ...words] = line.trim().split(/\s+/);
  const command = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined;
  if (command === undefined) return `error usage unknown command ${word}`;
  try {
    return command(peer, words);
  } catch (error) {
    if (error instanceof EshmError) return `error ${error.status ?? error.code} ${oneLine(error)}`;
    if (error instanceof SyscallError) return `error -3 ${oneLine(error)}`;
    return `error usage ${oneLine(error)}`;
  }
}

function oneLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).replaceAll('\n', ' ');
}

const peer = new Peer();
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  if (line.trim() === '') return;
  const text = answer(peer, line);
  peer.look();
  say(text);
  if (line.trim() === 'quit') lines.close();
});
lines.on('close', () => {
  peer.close();
  process.stdin.destroy();
});
