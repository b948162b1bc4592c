/** A write of the library itself that stands still between two of its steps and goes on later. */
import { deriveKey, layoutFor } from '../../../layout/index.js';
import { Slot } from '../../../lib/channel/slot.js';
import { Segment } from '../../../syscalls/index.js';

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
}

type Set = (this: Uint8Array, source: Uint8Array, offset?: number) => void;
type Store = (words: Int32Array, index: number, value: number) => number;

/** What every typed array inherits `set` from. */
const typedArray: { set: Set } = Object.getPrototypeOf(Uint8Array.prototype);

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/**
 * Runs `write`, which calls the library once, with the calls hooked that a write makes: `set` or, up to 128 bytes, the
 * slot's own steps, which copy, and `Atomics.store`, which publishes. The library's own stores, counters and shadows are
 * as they always are. This thread sleeps; the heartbeat worker beats.
 *
 * @throws when the write went through without coming by the step: the harness no longer fits the library
 */
export function writeStalled(channel: OwnChannel, { step, ms, onStand }: Stall, write: () => void): void {
  const { set } = typedArray;
  const { copyFrom, copyJudged } = Slot.prototype;
  const store = Atomics.store as Store;
  const segment = Segment.attach(Segment.find(deriveKey(channel.name)));
  const sequence = sequenceOf(segment, channel);
  const before = Atomics.load(sequence, 0);
  let hasStood = false;
  const isOpen = () => !hasStood && Atomics.load(sequence, 0) === before + 1;
  const stand = () => {
    hasStood = true;
    onStand();
    Atomics.wait(sleeper, 0, 0, ms);
  };
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
  if (!hasStood) throw new Error(`Cannot stall: the write did not come by step ${step}`);
}

function sequenceOf({ bytes }: Segment, { role, maxDataSize }: OwnChannel): Int32Array {
  const layout = layoutFor(maxDataSize);
  const at = role === 'master' ? layout.masterToSlave : layout.slaveToMaster;
  return new Int32Array(bytes.buffer, bytes.byteOffset + at + layout.channel.sequence, 1);
}
