/** What the tests of the peers share: channel names, waiting, and a look at what lies in shared memory. */
import { readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { deriveKey } from '../../layout/index.js';
import { fileOf, removeLeftovers, uniqueName, until } from '../support/channels.js';
import type { Peers } from './build.js';
import { PeerError, PeerProcess } from './peer-process.js';
import { placeOf } from './shm-kind.js';

export { sleep, uniqueName, until };

export interface SegmentEntry {
  readonly key: number;
  /** As ipcs shows it: octal permission bits. */
  readonly perms: string;
  readonly size: number;
  readonly attached: number;
}

/** The live segments of /proc/sysvipc/shm. */
export function listSegments(): SegmentEntry[] {
  const rows = readFileSync('/proc/sysvipc/shm', 'utf8').trim().split('\n').slice(1);
  return rows.map((row) => {
    const [key, , perms, size, , , attached] = row.trim().split(/\s+/);
    return { key: Number(key), perms: perms ?? '', size: Number(size), attached: Number(attached) };
  });
}

/** Permission bits and bytes of what programs with this library have under a name; undefined where there is nothing. */
export function lyingUnder(
  name: string,
  { shm }: Pick<Peers, 'shm'>,
): Pick<SegmentEntry, 'perms' | 'size'> | undefined {
  if (placeOf(shm) === 'system-v') {
    const found = listSegments().find((segment) => segment.key === deriveKey(name));
    return found && { perms: found.perms, size: found.size };
  }
  const file = statSync(fileOf(name), { throwIfNoEntry: false });
  return file && { perms: (file.mode & 0o777).toString(8), size: file.size };
}

/** The permission bits that a segment or a file of this library has: the umask is for files only. */
export function permsOf({ shm }: Pick<Peers, 'shm'>): string {
  return (placeOf(shm) === 'system-v' ? 0o666 : 0o666 & ~process.umask()).toString(8);
}

/**
 * For an afterEach hook: ends every peer and removes the segments and files of this test's names, and no others. It needs no
 * peer for it: the one that failed may have been the C++ one.
 */
export async function cleanUp(): Promise<void> {
  await PeerProcess.killAll();
  removeLeftovers();
}

/** What `act` is refused with: the C API's number, or undefined when it succeeds. */
export async function refusal(act: Promise<unknown>): Promise<number | undefined> {
  try {
    await act;
    return undefined;
  } catch (error) {
    if (error instanceof PeerError) return error.status;
    throw error;
  }
}

/**
 * Writes until the other side has read it: its reader counts from the start of each read, so one write may
 * fall between two of its reads.
 */
export async function pass(from: PeerProcess, to: PeerProcess, data: Uint8Array): Promise<Buffer> {
  let received: Buffer | undefined;
  // What was written once more than it was read, by the pass before, a reader that remembers has still to read.
  const before = passedTo.get(to);
  const reading = (async () => {
    let bytes: Buffer;
    do bytes = await to.read(120_000);
    while (before?.equals(bytes) && !bytes.equals(data));
    received = bytes;
  })();
  reading.catch(() => {}); // told by the race, unless a write failed before
  while (received === undefined) {
    await from.write(data);
    await Promise.race([reading, sleep(5)]);
  }
  passedTo.set(to, received);
  return received;
}

/** What was passed to each peer last. */
const passedTo = new WeakMap<PeerProcess, Buffer>();

/**
 * Waits until a peer that was asked to read does so. It has no way to say so, but its thread sleeps again and again then,
 * and once only for as long as nobody asks it for anything.
 */
export async function reads(peer: PeerProcess): Promise<void> {
  const sleeps = () => {
    const status = readFileSync(`/proc/${peer.pid}/status`, 'latin1');
    return Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(status)?.[1]);
  };
  const before = sleeps();
  await until('it reads', () => sleeps() >= before + 20);
}

/** Opens the slave's end; again where a master behind a bridge has gone for a moment, as it does on a busy machine. */
export async function join(peer: PeerProcess, name: string, options = ''): Promise<void> {
  await until('a slave', async () => (await refusal(peer.open('slave', name, options))) === undefined);
}

/** A write that is made again for as long as it is refused, with nothing written, because the other side is just stale. */
export async function write(peer: PeerProcess, data: Uint8Array): Promise<void> {
  await until('a write that is not refused', async () => {
    const status = await refusal(peer.write(data));
    if (status !== undefined && status !== -10) throw new Error(`Write was refused with ${status}`);
    return status === undefined;
  });
}

/** One write that the other side is surely waiting for. */
export async function passOnce(from: PeerProcess, to: PeerProcess, data: Uint8Array): Promise<Buffer> {
  const reading = to.read(120_000);
  reading.catch(() => {}); // told below, unless the write failed before
  await reads(to);
  await from.write(data);
  return reading;
}

/** Byte i = (step * i + start) mod 256, as the test vectors have it. */
export function pattern(length: number, step: number, start: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (step * i + start) & 255);
}

/**
 * Has a master start while `slave`, which looks for one, cannot look: as the original does, a C++ slave dies of a file that
 * its master has made and not sized yet.
 */
export async function unseenBy<T>(slave: PeerProcess, start: () => Promise<T>): Promise<T> {
  slave.signal('SIGSTOP');
  try {
    return await start();
  } finally {
    slave.signal('SIGCONT');
  }
}
