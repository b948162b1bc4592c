import { setTimeout as sleep } from 'node:timers/promises';
import { checkHeader, type DecodedSegment, layoutFor, VERSION } from '../../../layout/index.js';
import { contentOf, copyChannels, type DataSize, findDataSize, fitsLayout } from '../../observe/index.js';
import type { ShmKind } from '../../store/index.js';
import { processName } from '../system.js';
import { HeartWatch } from './hearts.js';
import { isGoneObject, isUnreadable, listObjects, readObject, type ShmStat } from './objects.js';

/**
 * What a segment or a file is found to be: `live` (a heart beats in it), `stale` (ESHM's, and none does), `foreign` (not
 * ESHM's), `unreadable` (this user may not look).
 */
export type ShmState = 'live' | 'stale' | 'foreign' | 'unreadable';

/** One side of a channel as seen from outside. */
export interface Side {
  readonly pid: number;
  /** Name of the process under that id here; `undefined` when there is none. */
  readonly process: string | undefined;
  /** The flag, which stays set when a process is killed. */
  readonly flagged: boolean;
  /** Whether the heartbeat moved between two looks. */
  readonly beating: boolean;
}

/** An ESHM segment or file, judged and copied. */
export interface Channel {
  readonly state: 'live' | 'stale';
  readonly stat: ShmStat;
  readonly content: DecodedSegment;
  readonly dataSize: DataSize;
  readonly master: Side;
  readonly slave: Side;
}

/** A segment or a file that is not ESHM's or could not be looked into. */
export interface OtherObject {
  readonly state: 'foreign' | 'unreadable';
  readonly stat: ShmStat;
  /** Why, as the end of a sentence. */
  readonly reason: string;
  /** Whether it may become a channel: its creator is between two instructions, or died there. */
  readonly isUnfinished: boolean;
}

/** A segment or a file, and what it was found to be. */
export type Finding = Channel | OtherObject;

/** Time between two looks at a heartbeat, which moves every 8 ms or oftener. */
const LOOK_INTERVAL_MS = 10;

const HEADER = layoutFor();

/** Whether a finding is an ESHM segment or file. */
export function isChannel(finding: Finding): finding is Channel {
  return finding.state === 'live' || finding.state === 'stale';
}

/**
 * All segments of this IPC namespace and all files of `/dev/shm`, or those of one kind, judged. Takes 10 ms, or the stale
 * threshold where a flagged heart stands still.
 */
export function inspectAll(shm?: ShmKind): Promise<Finding[]> {
  return inspect(listObjects(shm));
}

/**
 * Looks into them, read-only, and judges them by two looks or more at the heartbeats. One that goes away meanwhile is left
 * out.
 *
 * @param maxDataSize - bytes in one slot, where the user knows
 */
export async function inspect(stats: readonly ShmStat[], maxDataSize?: number): Promise<Finding[]> {
  const others: OtherObject[] = [];
  const watched: Watched[] = [];
  for (const stat of stats) {
    const result = look(stat);
    if (result === undefined) continue;
    if ('watch' in result) watched.push(result);
    else others.push(result);
  }
  const start = performance.now();
  do {
    if (watched.length > 0) await sleep(LOOK_INTERVAL_MS);
    for (const { watch } of watched) watch.look();
  } while (watched.some(({ watch }) => watch.wants(performance.now() - start)));
  const channels = watched.map((each) => judge(each, maxDataSize)).filter((found) => found !== undefined);
  const order = new Map(stats.map((stat, index) => [stat, index]));
  return [...channels, ...others].sort((a, b) => order.get(a.stat)! - order.get(b.stat)!);
}

/** An ESHM segment or file while its heartbeats are watched. */
interface Watched {
  readonly stat: ShmStat;
  readonly watch: HeartWatch;
}

/** What the watch has shown; `undefined` for one that has gone meanwhile. */
function judge({ stat, watch }: Watched, maxDataSize: number | undefined): Channel | undefined {
  const bytes = watch.gone
    ? undefined
    : unlessGone(() => copyChannels(stat.size, (offset, length) => readObject(stat, offset, length)));
  if (bytes === undefined) return undefined;
  const dataSize = findDataSize(bytes, maxDataSize);
  const content = contentOf(bytes, dataSize.maxDataSize);
  const { header } = content;
  const side = (role: 'master' | 'slave', pid: number, alive: number): Side => ({
    pid,
    process: processName(pid),
    flagged: alive !== 0,
    beating: watch.beats(role),
  });
  const master = side('master', header.masterPid, header.masterAlive);
  const slave = side('slave', header.slavePid, header.slaveAlive);
  const state = master.beating || slave.beating ? 'live' : 'stale';
  return { state, stat, content, dataSize, master, slave };
}

function look(stat: ShmStat): Watched | OtherObject | undefined {
  if (!fitsLayout(stat.size)) {
    const reason = `its size of ${stat.size} bytes fits no ESHM segment`;
    // A file has 0 bytes until its creator has given it its size.
    return { state: 'foreign', stat, reason, isUnfinished: stat.shm === 'posix' && stat.size === 0 };
  }
  try {
    const bytes = readObject(stat, 0, HEADER.headerSize);
    // Cut short since it was listed.
    if (bytes.length < HEADER.headerSize) return undefined;
    const words = wordsOf(bytes);
    const fault = checkHeader(words);
    return fault === undefined
      ? { stat, watch: new HeartWatch(stat, bytes) }
      : { state: 'foreign', stat, reason: `its ${fault}`, isUnfinished: isBlank(words) };
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    if (isGoneObject(error)) return undefined;
    const reason = error.message.replace(/^[^:]*: /, '');
    return { state: 'unreadable', stat, reason, isUnfinished: false };
  }
}

/** Whether nobody has written a header yet, or all but the magic, which comes last. */
function isBlank({ magic, version }: { magic: number; version: number }): boolean {
  return magic === 0 && (version === 0 || version === VERSION);
}

function wordsOf(bytes: Uint8Array): { magic: number; version: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const at = HEADER.header;
  return { magic: view.getUint32(at.magic, true), version: view.getUint32(at.version, true) };
}

/** What `read` gives, or `undefined` when it is gone or no longer readable. */
function unlessGone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isUnreadable(error)) return undefined;
    throw error;
  }
}
