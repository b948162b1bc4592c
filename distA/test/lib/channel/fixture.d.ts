import { MailboxReader, MailboxWriter } from '../../../lib/channel/index.js';
export declare const layout: import("../../../layout/segment.js").SegmentLayout;
/** Byte offsets of the master's channel. */
export declare const AT: {
    sequence: number;
    dataSize: number;
    data: number;
    writeCount: number;
    readCount: number;
};
/** An empty segment, and what is made of it: the master's end writes, the slave's end reads. */
export declare class Mailbox {
    readonly bytes: Buffer<ArrayBuffer>;
    /** What the reader's clock says, in ms. */
    nowMs: number;
    writer(plain?: boolean): MailboxWriter;
    reader(): MailboxReader;
    get sequence(): number;
    set sequence(value: number);
    get dataSize(): number;
    set dataSize(value: number);
    get writeCount(): bigint;
    set writeCount(value: bigint);
    get readCount(): bigint;
    set readCount(value: bigint);
    /** The slot's first `size` bytes. */
    data(size?: number): Buffer;
    /** What every start of a master does to the header, and its heart. */
    startMaster(): void;
    /** Lets `ms` go by, with the master's heart beating or not. */
    pass(ms: number, beating: boolean): void;
}
/** Runs `act` with `before` called ahead of each `Atomics.load`: where another process may come in between. */
export declare function beforeEachLoad<T>(before: () => void, act: () => T): T;
/** Runs `act` with `before` called ahead of each `Atomics.store`: where a reader may look at a writer's start. */
export declare function beforeEachStore<T>(before: () => void, act: () => T): T;
/** Runs `act` with `during` called in the middle of each copy that `TypedArray.prototype.set` makes. */
export declare function duringEachCopy<T>(during: () => void, act: () => T): T;
