/**
 * The tear test: a writer at full speed, a reader that checks every byte, each in a process of its own. Messages have
 * any size that the slot takes; each says its number and its size, and is filled with bytes that tell its number, so
 * that a copy of two halves shows at once, and one with the size of another.
 */
import type { Peers } from '../peers/build.js';
import type { PeerLanguage } from '../peers/peer-process.js';
import type { ShmPlace } from '../support/raw-memory.js';
import { Pair, type PairOptions } from './pair.js';
import { totalsOf } from './stalls.js';

/** One run: who writes, who reads, and how a TypeScript writer publishes. */
export interface TortureCase {
  readonly writer: PeerLanguage;
  readonly reader: PeerLanguage;
  readonly order: 'atomics' | 'plain';
}

/** What a run found. */
export interface TortureResult {
  readonly written: number;
  readonly read: number;
  readonly torn: number;
  readonly repeated: number;
}

/** Every pairing with a TypeScript end, in both orders where it is TypeScript that writes. */
export const TORTURE_CASES: readonly TortureCase[] = [
  { writer: 'typescript', reader: 'typescript', order: 'atomics' },
  { writer: 'typescript', reader: 'typescript', order: 'plain' },
  { writer: 'typescript', reader: 'c++', order: 'atomics' },
  { writer: 'typescript', reader: 'c++', order: 'plain' },
  { writer: 'c++', reader: 'typescript', order: 'atomics' },
];

/** Those that there are in a kind of memory: in a file all stores are system calls, and `plain` is none of them. */
export function casesIn(place: ShmPlace): readonly TortureCase[] {
  return place === 'posix' ? TORTURE_CASES.filter(({ order }) => order === 'atomics') : TORTURE_CASES;
}

/** For as long again, in seconds, and so often at most, does a writer write of which nothing was read. */
const MORE_S = 0.1;
const MOST_MORE = 100;

/** `typescript -> c++, plain`. */
export function nameOf({ writer, reader, order }: TortureCase): string {
  return `${writer} -> ${reader}, ${order}`;
}

/** Runs one pair in channel `name`, without a pause: for `seconds`, or until something was read. */
export async function torture(
  peers: Peers,
  options: PairOptions,
  seconds: number,
  name: string,
): Promise<TortureResult> {
  const pair = await Pair.open(peers, name, options);
  pair.listen('spin');
  await pair.write(seconds);
  // On a busy machine the two may not have run at one time yet.
  for (let more = 0; more < MOST_MORE && totalsOf(pair).read === 0; more++) await pair.write(MORE_S);
  await pair.hush();
  await pair.quit();
  return totalsOf(pair);
}
