/** One channel's fields as found in memory (ESHM protocol version 2, section 2). */
export interface DecodedChannel {
  /** Even when the slot is stable, odd while a write is under way; u32. */
  sequence: number;
  /** Bytes of the slot that are valid, as found: a damaged segment can hold more than fits; u32. */
  dataSize: number;
  /** A copy of the first `dataSize` bytes of the slot, and never more than the slot has. */
  data: Uint8Array;
  /** +1 by the writer after every write; u64. */
  writeCount: bigint;
  /** +1 by the reader after every read; u64. */
  readCount: bigint;
  /** Ours: `sequence` of the message that was read last, by a reader that leaves receipts; u32. */
  receiptSequence: number;
  /** Ours: low half of `readCount` with that message; u32. */
  receiptCount: number;
  /** Ours: what the last reader that leaves receipts is in the header: `slavePid`, or `masterGeneration`; u32. */
  receiptReader: number;
}
