import { decodeSegment } from '../../../layout/index.js';
import type { Channel, OtherSegment, Side } from '../../../lib/cli/looking/inspect.js';
import type { SegmentStat } from '../../../syscalls/index.js';
import { readImage } from '../../support/vectors.js';

/** What the kernel says of a segment that exists only here. */
export function statOf(over: Partial<SegmentStat> = {}): SegmentStat {
  return {
    key: 0x0764801e,
    id: 12,
    size: 8576,
    mode: 0o666,
    removed: false,
    uid: 0,
    gid: 0,
    creatorUid: 0,
    creatorPid: 4470,
    lastPid: 4470,
    attachments: 2,
    changedAtS: 1_000,
    ...over,
  };
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
export function otherOf(state: 'foreign' | 'unreadable', over: Partial<SegmentStat> = {}): OtherSegment {
  return { state, stat: statOf(over), reason: `it is ${state}`, isUnfinished: false };
}
