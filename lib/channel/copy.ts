import { layoutFor } from '../../layout/index.js';
import type { Store } from '../store/index.js';

/** Gives a copy of `length` bytes of a channel's memory from `offset` on; fewer where it ends before. */
export type ReadBytes = (offset: number, length: number) => Uint8Array;

const { headerSize } = layoutFor();
/** What stands before the slot of a channel: `sequence` and `data_size`. */
const LEAD_SIZE = layoutFor().channel.data;
/** From the end of a channel: enough for the counters of every slot size that makes this channel. */
const TAIL_SIZE = 128;

/** Copies tried until no write falls into one. */
const MAX_COPIES = 5;

/**
 * A copy of what a channel's segment or file holds: the header, both messages, both ends' counters; the rest of the slots is 0.
 * Taken between two writes where that is possible; else its odd sequence says so.
 *
 * @param size - bytes of the whole
 * @throws what `read` throws
 */
export function copyChannels(size: number, read: ReadBytes): Uint8Array {
  let image = copyOnce(size, read);
  for (let copies = 1; copies < MAX_COPIES && !isStable(image, read); copies++) image = copyOnce(size, read);
  return image;
}

/** As {@link copyChannels}, of memory that is attached. */
export function imageOf({ file, bytes, size }: Pick<Store, 'file' | 'bytes' | 'size'>): Uint8Array {
  return copyChannels(size, (offset, length) => {
    if (file === undefined) return Uint8Array.from(bytes.subarray(offset, offset + length));
    const copy = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
    return file.read(offset, copy, 0, copy.length) ? copy : new Uint8Array(0);
  });
}

/** Where the two channels begin. */
function channelsOf(size: number): [masterToSlave: number, slaveToMaster: number] {
  return [headerSize, headerSize + (size - headerSize) / 2];
}

function copyOnce(size: number, read: ReadBytes): Uint8Array {
  const image = new Uint8Array(size);
  const view = new DataView(image.buffer);
  const copy = (offset: number, length: number) => image.set(read(offset, length), offset);
  copy(0, headerSize);
  const channelSize = (size - headerSize) / 2;
  for (const at of channelsOf(size)) {
    // The sequence first: what is read after it belongs to it, if it is still the same afterwards.
    copy(at, LEAD_SIZE);
    const dataSize = view.getUint32(at + 4, true);
    copy(at + LEAD_SIZE, Math.min(dataSize, channelSize - LEAD_SIZE));
    const tail = Math.min(TAIL_SIZE, channelSize - LEAD_SIZE);
    copy(at + channelSize - tail, tail);
  }
  return image;
}

/** Whether nobody has written since the sequences of `image` were read. */
function isStable(image: Uint8Array, read: ReadBytes): boolean {
  const view = new DataView(image.buffer);
  return channelsOf(image.length).every((at) => {
    const sequence = view.getUint32(at, true);
    const now = read(at, 4);
    // A file that was cut short meanwhile has none.
    if (now.length < 4) return false;
    return sequence % 2 === 0 && new DataView(now.buffer).getUint32(0, true) === sequence;
  });
}
