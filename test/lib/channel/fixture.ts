/** A segment in ordinary memory with both halves of one mailbox, and a way to act between a reader's loads. */
import { layoutFor } from '../../../layout/index.js';
import {
  type ChannelPlace,
  MailboxReader,
  MailboxWriter,
  placeOf,
  viewChannel,
} from '../../../lib/channel/index.js';
import { FIELDS_OF } from '../../../lib/header/header.js';

export const layout = layoutFor();
const at = layout.masterToSlave;

/** Byte offsets of the master's channel. */
export const AT = {
  sequence: at + layout.channel.sequence,
  dataSize: at + layout.channel.dataSize,
  data: at + layout.channel.data,
  writeCount: at + layout.channel.writeCount,
  readCount: at + layout.channel.readCount,
  receiptSequence: at + layout.channel.receiptSequence,
  receiptCount: at + layout.channel.receiptCount,
  receiptReader: at + layout.channel.receiptReader,
};

/** An empty segment, and what is made of it: the master's end writes, the slave's end reads. */
export class Mailbox {
  readonly bytes = Buffer.from(new ArrayBuffer(layout.segmentSize));
  writer(plain = false): MailboxWriter {
    return new MailboxWriter(viewChannel(this.bytes, layout, at), plain);
  }

  /** @param from - where it begins; where the channel is now, if not given */
  reader(from?: ChannelPlace): MailboxReader {
    return new MailboxReader(viewChannel(this.bytes, layout, at), this.bytes, FIELDS_OF.master, from);
  }

  /** Where the channel is now. */
  place(): ChannelPlace {
    return placeOf(viewChannel(this.bytes, layout, at));
  }

  /** `masterGeneration`. */
  get generation(): number {
    return this.bytes.readUInt32LE(layout.header.masterGeneration);
  }
  set generation(value: number) {
    this.bytes.writeUInt32LE(value >>> 0, layout.header.masterGeneration);
  }

  get sequence(): number {
    return this.bytes.readUInt32LE(AT.sequence);
  }
  set sequence(value: number) {
    this.bytes.writeUInt32LE(value >>> 0, AT.sequence);
  }
  get dataSize(): number {
    return this.bytes.readUInt32LE(AT.dataSize);
  }
  set dataSize(value: number) {
    this.bytes.writeUInt32LE(value, AT.dataSize);
  }
  get writeCount(): bigint {
    return this.bytes.readBigUInt64LE(AT.writeCount);
  }
  set writeCount(value: bigint) {
    this.bytes.writeBigUInt64LE(value, AT.writeCount);
  }
  get readCount(): bigint {
    return this.bytes.readBigUInt64LE(AT.readCount);
  }
  set readCount(value: bigint) {
    this.bytes.writeBigUInt64LE(value, AT.readCount);
  }
  /** `sequence` of the message that was read last. */
  get receipt(): number {
    return this.bytes.readUInt32LE(AT.receiptSequence);
  }
  /** The slot's first `size` bytes. */
  data(size = this.dataSize): Buffer {
    return Buffer.from(this.bytes.subarray(AT.data, AT.data + size));
  }

  /** What every start of a master does to the header, and its heart. */
  startMaster(): void {
    const generation = layout.header.masterGeneration;
    this.bytes.writeUInt32LE((this.bytes.readUInt32LE(generation) + 1) >>> 0, generation);
    this.bytes.writeBigUInt64LE(0n, layout.header.masterHeartbeat);
  }

  /** Lets the master's heart beat for `ms`. */
  beat(ms: number): void {
    const heartbeat = layout.header.masterHeartbeat;
    this.bytes.writeBigUInt64LE(this.bytes.readBigUInt64LE(heartbeat) + BigInt(Math.round(ms)), heartbeat);
  }
}

/** Runs `act` with `before` called ahead of each `Atomics.load`: where another process may come in between. */
export function beforeEachLoad<T>(before: () => void, act: () => T): T {
  const { load } = Atomics;
  Atomics.load = ((array: Int32Array, index: number) => {
    before();
    return load(array, index);
  }) as typeof Atomics.load;
  try {
    return act();
  } finally {
    Atomics.load = load;
  }
}

/** Runs `act` with `before` called ahead of each `Atomics.store`: where a reader may look at a writer's start. */
export function beforeEachStore<T>(before: () => void, act: () => T): T {
  const { store } = Atomics;
  Atomics.store = ((array: Int32Array, index: number, value: number) => {
    Atomics.store = store; // what happens meanwhile stores in peace
    before();
    Atomics.store = hooked;
    return store(array, index, value);
  }) as typeof Atomics.store;
  const hooked = Atomics.store;
  try {
    return act();
  } finally {
    Atomics.store = store;
  }
}

/** Runs `act` with `during` called in the middle of each copy that `TypedArray.prototype.set` makes. */
export function duringEachCopy<T>(during: () => void, act: () => T): T {
  const prototype = Object.getPrototypeOf(Uint8Array.prototype);
  const { set } = prototype;
  const halved = function (this: Uint8Array, source: Uint8Array, offset = 0): void {
    const half = source.length >>> 1;
    set.call(this, source.subarray(0, half), offset);
    prototype.set = set; // what happens meanwhile copies in one piece
    during();
    prototype.set = halved;
    set.call(this, source.subarray(half), offset + half);
  };
  prototype.set = halved;
  try {
    return act();
  } finally {
    prototype.set = set;
  }
}
