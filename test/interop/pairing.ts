/** One pairing of two languages: real processes, messages both ways, and the segment as the kernel shows it. */
import assert from 'node:assert/strict';
import type { Peers } from '../peers/build.js';
import { listSegments, lyingUnder, pass, pattern, sleep, uniqueName } from '../peers/helpers.js';
import { type PeerLanguage, PeerProcess } from '../peers/peer-process.js';
import { placeOf } from '../peers/shm-kind.js';
import { fileOf } from '../support/channels.js';
import { keyOf } from './key.js';

/** Who is the master and who is the slave. */
export interface Pairing {
  readonly master: PeerLanguage;
  readonly slave: PeerLanguage;
}

/** What was seen while the pair ran. */
export interface PairingResult {
  /** The key of the segment, or the path of the file. */
  readonly where: string;
  readonly perms: string;
  /** Bytes of the segment or file. */
  readonly size: number;
  /** Messages that arrived, each with the content that was sent. */
  readonly down: number;
  readonly up: number;
}

const LANGUAGES: readonly PeerLanguage[] = ['c++', 'python', 'typescript'];

/** All nine. */
export const pairings: readonly Pairing[] = LANGUAGES.flatMap((master) =>
  LANGUAGES.map((slave) => ({ master, slave })),
);

/** Messages each way that one pairing exchanges. */
export const MESSAGE_COUNT = 24;

/**
 * Not the default 100: on a loaded machine a heartbeat thread may wait its turn for longer than that, and a slave that
 * looks for a new master refuses to write. blocked-event-loop.test.ts has the default.
 */
const STALE_THRESHOLD_MS = 5000;

/** Sizes at the edges of the copy loops and of the slot; the other messages are text, as programs send it. */
const EDGE_SIZES = [0, 1, 7, 8, 9, 4095, 4096];

/**
 * Runs one pairing from the start of its processes to their end.
 *
 * @throws {AssertionError} when anything is not as the protocol has it
 */
export async function runPairing(peers: Peers, { master, slave }: Pairing): Promise<PairingResult> {
  const name = uniqueName('interop');
  const key = keyOf(name);
  assert.notEqual(key, 0);
  const inSystemV = placeOf(peers.shm) === 'system-v';
  const where = inSystemV ? `0x${(key >>> 0).toString(16).padStart(8, '0')}` : fileOf(name);
  const mine = () => lyingUnder(name, peers);
  const attached = () => listSegments().find((segment) => segment.key === key)?.attached;
  assert.equal(mine(), undefined, 'there is nothing before the master');
  await using a = PeerProcess.start(peers, master);
  await using b = PeerProcess.start(peers, slave);
  assert.equal(await a.open('master', name, `threshold=${STALE_THRESHOLD_MS}`), 'ok role=0');
  assert.equal(await b.open('slave', name), 'ok role=1');
  assert.equal(mine()?.size, 8576);
  assert.equal(attached(), inSystemV ? 2 : undefined, 'both are in one place, and nothing is in the other');
  await seesAlive(a, b);

  const [down, up] = [new Line(a, b), new Line(b, a)];
  for (let number = 0; number < MESSAGE_COUNT; number++) {
    await down.deliver(message(`Hello from ${master} master`, number));
    await up.deliver(message(`ACK from ${slave} slave`, number));
  }
  const segment = mine();
  assert.ok(segment, 'it is there as long as the master is');
  await checkCounters(a, b);
  await b.quit();
  await a.quit();
  assert.equal(mine(), undefined, 'the creator removes it');
  return { where, perms: segment.perms, size: segment.size, down: down.delivered, up: up.delivered };
}

/** One direction of a pair. */
class Line {
  readonly #from: PeerProcess;
  readonly #to: PeerProcess;
  #last: Buffer | undefined;
  /** Messages that arrived as they were sent. */
  delivered = 0;

  constructor(from: PeerProcess, to: PeerProcess) {
    this.#from = from;
    this.#to = to;
  }

  /**
   * Writes until the other side has read it. A reader of ours remembers what it has counted, so it may be given the
   * last repetition of the message before first; nothing else.
   */
  async deliver(data: Buffer): Promise<void> {
    let received = await pass(this.#from, this.#to, data);
    if (this.#last?.equals(received)) received = await pass(this.#from, this.#to, data);
    assert.deepEqual(received, data, `message ${this.delivered}`);
    this.#last = data;
    this.delivered += 1;
  }
}

function message(text: string, number: number): Buffer {
  const size = EDGE_SIZES[number];
  if (size !== undefined) return Buffer.from(pattern(size, 7, size + text.length));
  // Every other one with the NUL that C programs send.
  return Buffer.from(`${text} #${number}${number % 2 === 0 ? '\0' : ''}`);
}

/** Each side sees the other's heartbeat. */
async function seesAlive(...peers: PeerProcess[]): Promise<void> {
  const watchdog = Date.now() + 120_000;
  for (const peer of peers) {
    while (!(await peer.isRemoteAlive())) {
      assert.ok(Date.now() < watchdog, 'each side sees the other alive');
      await sleep(5);
    }
  }
}

/**
 * A count in an answer to `stats`. In a file that a TypeScript master has made, the high half of a count is the time of its
 * first message, which TypeScript leaves out of what it tells.
 */
function countIn(stats: string, field: string): number {
  const [, text = ''] = new RegExp(` ${field}=(\\d+)`).exec(stats) ?? [];
  return Number(BigInt.asUintN(32, BigInt(text)));
}

/** Both sides look at the same counters, in whatever language they do it. */
async function checkCounters(master: PeerProcess, slave: PeerProcess): Promise<void> {
  const counts = ['m2s_write_count', 'm2s_read_count', 's2m_write_count', 's2m_read_count'] as const;
  const [ours, theirs] = [await master.command('stats'), await slave.command('stats')];
  for (const count of counts) {
    const [one, other] = [countIn(ours, count), countIn(theirs, count)];
    assert.equal(one, other, count);
    assert.ok(one >= MESSAGE_COUNT, `${count} is ${one}`);
  }
  const here = await master.values('stats');
  assert.equal(here.master_pid, master.pid);
  assert.equal(here.slave_pid, slave.pid);
}
