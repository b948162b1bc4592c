/**
 * How a writer knows that its message was read. The protocol has a count, which names no message: a reader that is
 * stopped between its last check and its count acknowledges whatever was written meanwhile. Readers of ours leave a
 * receipt before they count, three words in what is padding to others: the `sequence` of the message, the low half of
 * `readCount` with it, and, once, who the reader is.
 *
 * A receipt is true as soon as it is seen: its message was found whole before it was left. The count in it tells
 * whether the reader that counted last leaves receipts: it equals `readCount` then, or is one ahead while the reader is
 * between the two. In that case only the receipt is believed, else the count.
 */

/** Where `receiptSequence` is in {@link ChannelViews.reads}. */
export const RECEIPT_SEQUENCE = 2;

/** Where `receiptCount` is in {@link ChannelViews.reads}. */
export const RECEIPT_COUNT = 3;

/** Where `receiptReader` is in {@link ChannelViews.reads}. */
export const RECEIPT_READER = 4;

/** What a channel shows of its reader at one moment: words as in the segment, signed. */
export interface ReaderPlace {
  /** Low half of `readCount`. */
  readonly reads: number;
  /** Low half of `readCount` with the message of the last receipt. */
  readonly receiptCount: number;
  /** `sequence` of the message of the last receipt. */
  readonly receiptSequence: number;
}

/** A message that was published, once or again and again, with nothing else in between. */
export interface Published {
  /** `sequence` with it when it was published first. */
  readonly first: number;
  /** `sequence` with it when it was published last. */
  readonly last: number;
  /** Where the reader was before that. */
  readonly before: ReaderPlace;
}

/** What is known of whether a message was read. */
export const Answer = {
  /** Nothing. */
  none: 0,
  /** It was: a receipt names it. */
  named: 1,
  /** Something was, by a reader that leaves no receipts, once since the message was published. */
  counted: 2,
  /** As `counted`, more than once: a reader that was late for an earlier message has read this one since. */
  countedAgain: 3,
} as const;

/** One of {@link Answer}. */
export type Answer = (typeof Answer)[keyof typeof Answer];

/**
 * Whether a message was read, by what the channel shows now. The words must have been loaded in the order in which they
 * are given: see MailboxWriter.answerTo().
 */
export function answerTo(
  published: Published,
  reads: number,
  receiptCount: number,
  receiptSequence: number,
): Answer {
  const { before, first, last } = published;
  // A receipt of 2^31 messages ago may have the same number.
  const isNews = receiptSequence !== before.receiptSequence || receiptCount !== before.receiptCount;
  const isOfThis = ((receiptSequence - first) | 0) >= 0 && ((last - receiptSequence) | 0) >= 0;
  if (isNews && isOfThis) return Answer.named;
  const counted = (reads - before.reads) | 0;
  // With the count of a receipt it is that of an earlier message: this one's would have been seen.
  if (counted <= 0 || reads === receiptCount) return Answer.none;
  return counted === 1 ? Answer.counted : Answer.countedAgain;
}

/** Whether the last count is that of a reader that leaves receipts, or such a one is about to count. */
export function isOfReceipts(reads: number, receiptCount: number): boolean {
  return reads === receiptCount || ((reads + 1) | 0) === receiptCount;
}
