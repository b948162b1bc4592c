import { deriveKey } from '../../layout/index.js';
import { Segment } from '../../syscalls/index.js';
import { FILE_PREFIX, SHM_FOLDER } from './channel-name.js';
import { SHM_KINDS, type ShmKind } from './kind.js';
import { listFiles } from './posix.js';

/** Names shown at most. */
const MOST = 3;

/** A longer name is not compared: it was hardly typed. */
const LONGEST = 64;

/** Characters that a slip of the hand may have left out or put in. */
const TYPED = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./: '];

/**
 * `; did you mean 'imu'?`, or nothing: names of channels that are here and differ from `name` by one slip: a character too
 * many, too few, wrong or swapped with its neighbour, capitals, or `-` for `_`. Takes some milliseconds.
 *
 * A file has its name. A segment has a key only: names one slip away are tried for theirs. Short names share keys, so of
 * those with one key the plainest counts: 'imu', not 'inT', beside 'inu'.
 *
 * @param kinds - where a channel counts
 */
export function didYouMean(name: string, kinds: readonly ShmKind[] = SHM_KINDS): string {
  if (name.length > LONGEST) return '';
  const slips = slipsOf(name);
  const found = new Set([
    ...(kinds.includes('system-v') ? inSegments(slips, name) : []),
    ...(kinds.includes('posix') ? inFiles(slips) : []),
  ]);
  found.delete(name);
  if (found.size === 0) return '';
  const names = [...found].slice(0, MOST).map((one) => `'${one}'`);
  return `; did you mean ${names.join(' or ')}?`;
}

function inSegments(slips: ReadonlySet<string>, name: string): string[] {
  try {
    const keys = new Set<number | undefined>(Segment.list().map(({ key }) => key));
    keys.delete(keyOf(name));
    return keys.size === 0 ? [] : plainestFirst(slips, name).filter((slip) => keys.delete(keyOf(slip)));
  } catch {
    // Where the system's table cannot be read, the files still have names.
    return [];
  }
}

function inFiles(slips: ReadonlySet<string>): string[] {
  try {
    const names = new Set([...slips].map((slip) => slip.replaceAll('/', '_')));
    const here = listFiles().map((path) => path.subarray(SHM_FOLDER.length + 1 + FILE_PREFIX.length));
    return here.map(String).filter((file) => names.has(file));
  } catch {
    return [];
  }
}

/** Every name that is one slip away. */
function slipsOf(name: string): Set<string> {
  const slips = new Set([
    name.toLowerCase(),
    name.toUpperCase(),
    `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    name.replaceAll('-', '_'),
    name.replaceAll('_', '-'),
    name.trim(),
  ]);
  for (let at = 0; at <= name.length; at++) {
    const [before, here, after] = [name.slice(0, at), name.charAt(at), name.slice(at + 1)];
    for (const typed of TYPED) {
      slips.add(`${before}${typed}${here}${after}`);
      if (here !== '') slips.add(`${before}${typed}${after}`);
    }
    if (here !== '') slips.add(`${before}${after}`);
    if (after !== '') slips.add(`${before}${after.charAt(0)}${here}${after.slice(1)}`);
  }
  slips.delete(name);
  slips.delete('');
  return slips;
}

/** Names with no character of another class than `name` has come first. */
function plainestFirst(slips: Iterable<string>, name: string): string[] {
  const classOf = (char: string) =>
    [/[a-z]/, /[A-Z]/, /\d/]
      .findIndex((one) => one.test(char))
      .toString()
      .replace('-1', char);
  const known = new Set([...name].map(classOf));
  const oddness = (slip: string) => [...slip].filter((char) => !known.has(classOf(char))).length;
  return [...slips].toSorted((a, b) => oddness(a) - oddness(b));
}

/** The key; `undefined` for a name that no channel can have. */
function keyOf(name: string): number | undefined {
  try {
    return deriveKey(name);
  } catch {
    return undefined;
  }
}
