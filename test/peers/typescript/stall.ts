/** A write of the library itself that stands still between two of its steps and goes on later. */
import { deriveKey, layoutFor } from '../../../layout/index.js';
import { Slot } from '../../../lib/channel/slot.js';
import { FileBytes } from '../../../lib/store/index.js';
import { Segment } from '../../../syscalls/index.js';
import type { ShmPlace } from '../../support/raw-memory.js';

/** Where a write stands still, and for how long. */
export interface Stall {
  /** After which step, as in steps-write of cpp/eshm_peer.cpp: 1 sequence odd, 2 half of the data, 3 all of it,
   * 4 data_size, 5 sequence even. 4 and 5 with `order: 'atomics'` only: what is a plain store cannot be stopped at. */
  readonly step: number;
  readonly ms: number;
  /** Called when it stands. */
  readonly onStand: () => void;
}

/** The channel of `name` that `role` writes. */
export interface OwnChannel {
  readonly name: string;
  readonly role: 'master' | 'slave';
  readonly maxDataSize?: number;
  readonly place: ShmPlace;
}

type Set = (this: Uint8Array, source: Uint8Array, offset?: number) => void;
type Store = (words: Int32Array, index: number, value: number) => number;

/** What every typed array inherits `set` from. */
const typedArray: { set: Set } = Object.getPrototypeOf(Uint8Array.prototype);

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/**
 * Runs `write`, which calls the library once, with the calls hooked that a write makes. The library's own stores, counters
 * and shadows are as they always are. This thread sleeps; the heartbeat worker beats.
 *
 * @throws when the write went through without coming by the step: the harness no longer fits the library
 */
export function writeStalled(channel: OwnChannel, { step, ms, onStand }: Stall, write: () => void): void {
  let hasStood = false;
  const stand = () => {
    hasStood = true;
    onStand();
    Atomics.wait(sleeper, 0, 0, ms);
  };
  const hooked = channel.place === 'posix' ? standInFile : standInSegment;
  hooked(channel, step, () => hasStood, stand, write);
  if (!hasStood) throw new Error(`Cannot stall: the write did not come by step ${step}`);
}

/** As {@link writeStalled}: what a write of a file is made of are calls of {@link FileBytes.write}. */
function standInFile(
  channel: OwnChannel,
  step: number,
  hasStood: () => boolean,
  stand: () => void,
  write: () => void,
): void {
  const { write: call } = FileBytes.prototype;
  const sequenceAt = channelAt(channel);
  FileBytes.prototype.write = function (at, source, offset, length) {
    const isSequence = at === sequenceAt && length === 1;
    // The size and the data are written in one call.
    const isMessage = at === sequenceAt + 4 && length >= 4;
    if (hasStood() || !(isSequence || isMessage)) return call.call(this, at, source, offset, length);
    if (isSequence) {
      call.call(this, at, source, offset, length);
      if (step === ((source[offset]! & 1) === 1 ? 1 : 5)) stand();
      return;
    }
    const data = length - 4;
    if (step === 2 || step === 3) {
      call.call(this, at + 4, source, offset + 4, step === 2 ? data >>> 1 : data);
      stand();
    }
    call.call(this, at, source, offset, length);
    if (step === 4) stand();
  };
  try {
    write();
  } finally {
    FileBytes.prototype.write = call;
  }
}

/**
 * As {@link writeStalled}: `set` or, up to 128 bytes, the slot's own steps, which copy, and `Atomics.store`, which
 * publishes.
 */
function standInSegment(
  channel: OwnChannel,
  step: number,
  hasStood: () => boolean,
  stand: () => void,
  write: () => void,
): void {
  const { set } = typedArray;
  const { copyFrom, copyJudged } = Slot.prototype;
  const store = Atomics.store as Store;
  const segment = Segment.attach(Segment.find(deriveKey(channel.name)));
  const { buffer, byteOffset } = segment.bytes;
  const sequence = new Int32Array(buffer, byteOffset + channelAt(channel), 1);
  const before = Atomics.load(sequence, 0);
  const isOpen = () => !hasStood() && Atomics.load(sequence, 0) === before + 1;
  typedArray.set = function (source, offset = 0) {
    if (!isOpen() || step > 3) return set.call(this, source, offset);
    const bytes = [0, source.length >>> 1, source.length][step - 1]!;
    set.call(this, source.subarray(0, bytes), offset);
    stand();
    set.call(this, source.subarray(bytes), offset + bytes);
  };
  /** Copies up to the step, stands, and copies again, all of it: the bytes before are the same ones. */
  const copyInTwo = (size: number, copy: (bytes: number) => void) => {
    if (!isOpen() || step > 3) return copy(size);
    copy([0, size >>> 1, size][step - 1]!);
    stand();
    copy(size);
  };
  Slot.prototype.copyFrom = function (source, size) {
    copyInTwo(size, (bytes) => copyFrom.call(this, source, bytes));
  };
  Slot.prototype.copyJudged = function (size) {
    if (size > 128) return copyJudged.call(this, size);
    copyInTwo(size, (bytes) => copyJudged.call(this, bytes));
  };
  Atomics.store = ((words: Int32Array, index: number, value: number) => {
    if (!isOpen() || step < 4) return store(words, index, value);
    if (step === 4) stand();
    const stored = store(words, index, value);
    if (step === 5) stand();
    return stored;
  }) as typeof Atomics.store;
  try {
    write();
  } finally {
    typedArray.set = set;
    Object.assign(Slot.prototype, { copyFrom, copyJudged });
    Atomics.store = store as typeof Atomics.store;
    segment.detach();
  }
}

/** Where the channel begins, with its sequence. */
function channelAt({ role, maxDataSize }: OwnChannel): number {
  const layout = layoutFor(maxDataSize);
  return role === 'master' ? layout.masterToSlave : layout.slaveToMaster;
}
