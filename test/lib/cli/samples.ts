import { decodeSegment } from '../../../layout/index.js';
import type { Channel, OtherObject, Side } from '../../../lib/cli/looking/inspect.js';
import type { ShmStat } from '../../../lib/cli/looking/objects.js';
import { readImage } from '../../support/vectors.js';

/** What the kernel says of a segment that exists only here. */
export function statOf(over: Partial<ShmStat> = {}): ShmStat {
  return {
    shm: 'system-v',
    key: 0x0764801e,
    path: undefined,
    id: 12,
    size: 8576,
    mode: 0o666,
    removed: false,
    uid: 0,
    gid: 0,
    attachments: 2,
    changedAtS: 1_000,
    ...over,
  };
}

/** What the system says of a file that exists only here. */
export function fileStatOf(name: string, over: Partial<ShmStat> = {}): ShmStat {
  const path = Buffer.from(`/dev/shm/eshm_${name}`);
  return { ...statOf(), shm: 'posix', key: undefined, path, attachments: undefined, ...over };
}

/** One side of a channel. */
export function sideOf(over: Partial<Side> = {}): Side {
  return { pid: 4470, process: 'robot', flagged: true, beating: true, ...over };
}

/** A channel with the bytes of one of the original's images. */
export function channelOf(file: string, over: Partial<Channel> = {}): Channel {
  return {
    state: 'live',
    stat: statOf(),
    content: decodeSegment(readImage(file)),
    dataSize: { maxDataSize: 4096, basis: 'assumed' },
    master: sideOf(),
    slave: sideOf({ pid: 4473, process: 'arm' }),
    ...over,
  };
}

/** A segment that is no channel. */
export function otherOf(state: 'foreign' | 'unreadable', over: Partial<ShmStat> = {}): OtherObject {
  return { state, stat: statOf(over), reason: `it is ${state}`, isUnfinished: false };
}
