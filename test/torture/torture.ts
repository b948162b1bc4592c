/**
 * The tear test: a writer at full speed, a reader that checks every byte, each in a process of its own. Messages have
 * 1 to 4096 bytes, all the same, another one each time; a copy of two halves shows at once.
 */
import type { Peers } from '../peers/build.js';
import { type PeerLanguage, PeerProcess } from '../peers/peer-process.js';

/** One run: who writes, who reads, and how a TypeScript writer publishes. */
export interface TortureCase {
  readonly writer: PeerLanguage;
  readonly reader: PeerLanguage;
  readonly order: 'atomics' | 'plain';
}

/** What a run found. */
export interface TortureResult extends TortureCase {
  readonly written: number;
  readonly read: number;
  readonly torn: number;
}

/** Every pairing with a TypeScript end, in both orders where it is TypeScript that writes. */
export const TORTURE_CASES: readonly TortureCase[] = [
  { writer: 'typescript', reader: 'typescript', order: 'atomics' },
  { writer: 'typescript', reader: 'typescript', order: 'plain' },
  { writer: 'typescript', reader: 'c++', order: 'atomics' },
  { writer: 'typescript', reader: 'c++', order: 'plain' },
  { writer: 'c++', reader: 'typescript', order: 'atomics' },
  { writer: 'c++', reader: 'typescript', order: 'plain' },
];

/** `typescript -> c++, plain`. */
export function nameOf({ writer, reader, order }: TortureCase): string {
  return `${writer} -> ${reader}, ${order}`;
}

/** Runs one case for `seconds` in channel `name`. The reader is the slave in one half of the time, then the master. */
export async function torture(
  peers: Peers,
  oneCase: TortureCase,
  seconds: number,
  name: string,
): Promise<TortureResult> {
  let [written, read, torn] = [0, 0, 0];
  for (const writes of ['master', 'slave'] as const) {
    const found = await oneWay(peers, oneCase, seconds / 2, name, writes);
    written += found.written;
    read += found.read;
    torn += found.torn;
  }
  return { ...oneCase, written, read, torn };
}

async function oneWay(
  peers: Peers,
  { writer, reader, order }: TortureCase,
  seconds: number,
  name: string,
  writes: 'master' | 'slave',
) {
  const [from, to] = [PeerProcess.start(peers, writer), PeerProcess.start(peers, reader)];
  const option = (language: PeerLanguage) => (language === 'typescript' ? `order=${order}` : '');
  const open = {
    master: () =>
      (writes === 'master' ? from : to).open('master', name, option(writes === 'master' ? writer : reader)),
    slave: () =>
      (writes === 'slave' ? from : to).open('slave', name, option(writes === 'slave' ? writer : reader)),
  };
  await open.master();
  await open.slave();
  const watchdogMs = seconds * 1000 + 30_000;
  // The writer goes on a little longer than the reader looks.
  const [writing, reading] = await Promise.all([
    from.values(`torture-write ${seconds + 0.2} mixed`, watchdogMs),
    to.values(`torture-read ${seconds}`, watchdogMs),
  ]);
  const [slave, master] = writes === 'master' ? [to, from] : [from, to];
  await slave.quit();
  await master.quit();
  return { written: writing.messages ?? 0, read: reading.messages ?? 0, torn: reading.torn ?? 0 };
}
