/**
 * The seqlock: one word, even while the slot is stable, odd while a write is under way. This file knows that word and
 * the order of accesses around it; it knows no roles, timeouts or counts. The caller owns the data and the retry.
 *
 * The argument, once. The other side is a process of its own, so the language promises nothing: its memory model ends
 * at the SharedArrayBuffer, and this is foreign memory behind an ArrayBuffer. What holds is
 *
 * 1. x86-TSO: stores become visible in program order, loads are done in program order; only a store followed by a load
 *    of another word may swap. Neither half of the protocol depends on that last case. Copies of large messages may be made
 *    of non-temporal stores, which keep no order: see beginCopy().
 * 2. V8 emits typed-array accesses in program order: it does not move a store over another store or over a call, and
 *    `Atomics` are calls or single instructions it moves nothing across. Held by test/codegen/codegen.test.ts, which reads the
 *    machine code, and by the torture tests, which run it.
 *
 * `Atomics` are sequentially consistent; JavaScript has no weaker kind and no fence of its own.
 */

/** The sequence is the first word of `lock`. */
const SEQUENCE = 0;

/**
 * Reads the sequence before a read of the payload.
 *
 * ORDER(read-open): the sequence is loaded before any payload byte. A plain load: what follows is behind a comparison
 * with it, and x86 does loads in order. Atomics.load would be a call of 7 ns.
 * Pairs with: publish() here; the second `sequence` increment of eshm_write() in C++.
 * Else: a reader copies bytes of an older message and takes them for the newer one.
 * Not covered: whether the value is a stable one; the caller knows the parity.
 */
export function beginRead(lock: Int32Array): number {
  return lock[SEQUENCE]!;
}

/**
 * Whether a copy made since {@link beginRead} must be thrown away.
 *
 * ORDER(read-validate): the sequence is loaded again after the last payload byte. Through Atomics, the one call of a
 * read: V8 takes no load across it, and does not take this one for the same as beginRead()'s.
 * Pairs with: beginWrite() here; the first `sequence` increment of eshm_write() in C++.
 * Else: a reader accepts a torn payload.
 * Not covered: a sequence that came back to the same value after 2^31 writes within one copy.
 */
export function retryRead(lock: Int32Array, sequence: number): boolean {
  return Atomics.load(lock, SEQUENCE) !== sequence;
}

/**
 * Opens a write; `sequence` is the writer's own shadow of the word, which nobody else changes.
 *
 * ORDER(write-open): the odd `sequence` becomes visible before any payload byte. A plain store: x86 keeps the order of
 * stores, and no load of ours must wait for it, so a locked instruction (10 ns and more on a line the reader has just
 * touched) would buy nothing.
 * Pairs with: retryRead() here; the second load of `sequence` in eshm_read() in C++.
 * Else: a reader accepts a torn payload.
 * Not covered: the writer's death while odd (readers bound their wait, the next writer repairs).
 */
export function beginWrite(lock: Int32Array, sequence: number): void {
  lock[SEQUENCE] = sequence + 1;
}

/**
 * From this many bytes on a copy's stores may go past the caches: glibc does so from three quarters of a core's share of
 * the last one, which is more than this everywhere.
 */
const STREAMED_FROM = 65_536;

/**
 * As {@link beginWrite}, before a copy of `size` bytes.
 *
 * ORDER(write-open-large): the odd `sequence` is out before a large copy begins: an exchange, which empties the store buffer.
 * Non-temporal stores are the exception to x86-TSO, so a plain store before them has no place among them. Some 10 ns, at a
 * copy of several us. Behind them glibc puts a fence.
 * Pairs with: as beginWrite().
 * Else: as beginWrite().
 * Not covered: as beginWrite(); a C++ writer, whose copy has no such fence before it.
 */
export function beginCopy(lock: Int32Array, sequence: number, size: number): void {
  if (size < STREAMED_FROM) beginWrite(lock, sequence);
  else Atomics.store(lock, SEQUENCE, sequence + 1);
}

/**
 * Publishes the payload written since {@link beginWrite}.
 *
 * ORDER(write-publish): the even `sequence` becomes visible after every payload byte and `dataSize`. `Atomics.store`
 * is a locked exchange on x86: it also empties the store buffer, so the message is out when this returns.
 * Pairs with: beginRead() here; the first load of `sequence` in eshm_read() in C++.
 * Else: a reader takes old bytes for the new message.
 * Not covered: `writeCount`, which moves after this; a peer that waits for it sees the message a moment later.
 */
export function publish(lock: Int32Array, sequence: number): void {
  Atomics.store(lock, SEQUENCE, sequence + 2);
}

/**
 * As {@link publish}, with a plain store.
 *
 * ORDER(write-publish-plain): the same order, by x86-TSO and V8's program order alone. The message may stay in the
 * store buffer for some ns after this returns, never out of order.
 * Pairs with: as publish().
 * Else: as publish().
 * Not covered: a V8 that reorders plain stores; test/codegen/codegen.test.ts would see it.
 */
export function publishPlain(lock: Int32Array, sequence: number): void {
  lock[SEQUENCE] = sequence + 2;
}
