import { EshmError } from '../errors.js';
import { beginRead, retryRead } from '../seqlock.js';
import { isWhole, PhaseFinder, REPAIR_STEP } from './phase.js';
import { Slot } from './slot.js';
import { addAtCarry } from './views.js';
/** What {@link MailboxReader.tryReadInto} returns when there is nothing new. */
export const NO_DATA = -1;
/** There is a message, and the target is too small for it. */
const NO_ROOM = -2;
/** Where `dataSize` is in the channel's words. */
const DATA_SIZE = 1;
/** Copies tried in one call before it reports no data: a writer that never pauses must not hold the caller. */
const MAX_COPIES = 8;
/** Only to give a field its kind. */
const NO_SLOT = new Slot(Buffer.alloc(8));
/**
 * Hot path: the reading half of a mailbox.
 *
 * One reader per channel over all processes. It belongs to one thread, remembers which message it counted last (its
 * cursor) and keeps a shadow of `readCount`, which nobody else changes. A look that finds nothing loads one word.
 */
export class MailboxReader {
    // First values give the fields their kinds; see MailboxWriter.
    #channel = new Int32Array();
    #writeCount = new Int32Array();
    #readCount = new Int32Array();
    #slot = NO_SLOT;
    #maxDataSize = 0;
    /** Which of the words holds the end of the last message. */
    #endAt = 1;
    // biome-ignore lint/correctness/noUnusedPrivateClassMembers: kept so that V8 does not leave the load out
    #end = 0;
    /** The whole segment, for the writer's signs in the header. */
    #words = new Int32Array();
    #identityAt = 0;
    #heartbeatAt = 0;
    #phase;
    /** `sequence` of the message counted last. */
    #sequence = 0;
    /** `sequence - 2 * writeCount` at rest; see phase.ts. */
    #drift = 0;
    /** Set while the drift may have changed: every look then takes the careful path. */
    #unsure = true;
    /** The writer that `#drift` belongs to. */
    #identity = 0;
    /** Low half of `writeCount` as far as it was counted. */
    #writeCountLow = 0;
    #readCountLow = 0;
    /** A writer that came after it and has not written yet, as far as was seen, and `writeCount` when it was met. */
    #newcomer = 0;
    #newcomerCount = 0;
    /** `sequence` at which the slot holds what is left of a half-written message; -1 for none. */
    #hollow = -1;
    /** Messages known to be lost that the next read reports. */
    #lost = 0;
    /** Number of the message read last: the writer's `writeCount` with it. Exact up to 2^53. */
    count = 0;
    /** Messages that were overwritten between the last two reads. */
    missed = 0;
    /** All messages that were overwritten unread since this reader began. */
    totalMissed = 0;
    /** Copies thrown away because the writer was at work meanwhile. */
    retries = 0;
    /**
     * @param channel - the channel to read
     * @param segment - the mapped bytes of the whole segment
     * @param writer - where the header tells of the channel's writer
     * @param nowMs - the clock, for tests
     */
    constructor(channel, segment, writer, nowMs) {
        this.#phase = new PhaseFinder(nowMs);
        this.#channel = channel.words;
        this.#writeCount = channel.writeCount;
        this.#readCount = channel.readCount;
        this.#slot = new Slot(channel.data);
        this.#maxDataSize = channel.data.length;
        this.#words = new Int32Array(segment.buffer, segment.byteOffset, segment.length >>> 2);
        this.#identityAt = writer.identity >>> 2;
        this.#heartbeatAt = writer.heartbeat >>> 2;
        this.resync(true);
    }
    /**
     * Copies the newest message into `target` and counts it as read. Allocates nothing.
     *
     * @param room - bytes in `target`
     * @returns its size in bytes, or {@link NO_DATA}: nothing new, or a write under way
     * @throws {EshmError} ESHM_BUFFER_TOO_SMALL (the message stays unread), ESHM_CORRUPT (it is skipped)
     */
    tryReadInto(target, room) {
        const size = this.#take(target, room);
        if (size !== NO_ROOM)
            return size;
        throw new EshmError('ESHM_BUFFER_TOO_SMALL', `Cannot read message: target has ${room} bytes, expected ${this.#channel[DATA_SIZE] >>> 0} or more; the message stays unread`);
    }
    /**
     * As {@link tryReadInto}, into a new Buffer; `undefined` where that returns {@link NO_DATA}.
     *
     * @throws {EshmError} ESHM_CORRUPT
     */
    tryRead() {
        const words = this.#channel;
        if (words[0] === this.#sequence && this.#unsure === false)
            return undefined;
        for (;;) {
            // Only a guess: the message may change until it is copied.
            const room = Math.min(this.#channel[DATA_SIZE] >>> 0, this.#maxDataSize);
            const target = Buffer.allocUnsafe(room);
            const size = this.#take(target, room);
            if (size === NO_DATA)
                return undefined;
            if (size !== NO_ROOM)
                return size === room ? target : target.subarray(0, size);
        }
    }
    /**
     * A copy of the slot as it stands, read or not; counts nothing. `undefined` while nothing was ever written, a write
     * is under way, or what is there is left of a writer that died.
     *
     * @throws {EshmError} ESHM_CORRUPT
     */
    peek() {
        const words = this.#channel;
        for (let copies = 0; copies < MAX_COPIES; copies++) {
            const sequence = words[0];
            if (!this.#atRest(sequence))
                continue;
            if (sequence === this.#hollow)
                return undefined;
            if ((sequence | this.#writeCount[0]) === 0)
                return undefined;
            const size = this.#channel[DATA_SIZE] >>> 0;
            const target = Buffer.allocUnsafe(Math.min(size, this.#maxDataSize));
            if (size <= this.#maxDataSize)
                this.#slot.copyTo(target, size);
            if (retryRead(words, sequence))
                continue;
            if (size > this.#maxDataSize)
                throw this.#corrupt(size);
            return target;
        }
        return undefined;
    }
    /**
     * The value of `sequence` at which there is nothing to read for certain, `undefined` while that is not known and only
     * another look can tell. For waits that watch the word instead of looking.
     */
    get restingSequence() {
        return this.#unsure ? undefined : this.#sequence;
    }
    /** `sequence` as it stands. */
    get currentSequence() {
        return beginRead(this.#channel);
    }
    /** Takes the careful path at the next look: the other side may have been restarted. */
    suspect() {
        this.#unsure = true;
    }
    /**
     * Takes note of the death of this channel's writer: what it left is where the next one begins, and an original one
     * goes on from there as it is. Without this a reader has to watch that next one for a while; see phase.ts.
     *
     * Must be called only when the writer is dead for certain, and can be again and again.
     *
     * @param isStillLast - whether nobody has started as the writer since; asked when everything was looked at
     */
    bury(isStillLast) {
        const sequence = beginRead(this.#channel);
        const writes = Atomics.load(this.#writeCount, 0);
        // ORDER(bury): who the writer is is looked at after the sequence and the count. A writer shows itself before its
        // first write, so what was loaded while the dead one was still the last is what the dead one left.
        // Pairs with: `master_pid` and `slave_pid`, set at every start.
        // Else: a moment of the next writer's first message is taken for the state it rests in: torn data.
        // Not covered: a process that is another's by its id; the caller has seen it alive.
        if (!isStillLast())
            return;
        const drift = (sequence - 2 * writes) | 0;
        if (drift === this.#drift)
            return;
        // No later writer has a state below the one that it found, so this one is never a write under way again.
        this.#drift = drift;
        this.#unsure = true;
        this.#settle(sequence, writes, Math.max(0, (sequence - this.#sequence) | 0) >>> 1);
        this.#hollowOut(sequence);
    }
    /**
     * Reads the shadows anew: at the start, and after another segment was mapped in place.
     *
     * @param skip - whether what is in the slot counts as read; not so in a segment that is newer than the last look
     */
    resync(skip) {
        const words = this.#channel;
        const sequence = beginRead(words);
        const count = Atomics.load(this.#writeCount, 0);
        // Two loads, which may fall on both sides of a carry: `count` is for people.
        const total = (this.#writeCount[1] >>> 0) * 2 ** 32 + (count >>> 0);
        this.#phase.reset();
        this.#unsure = true;
        this.#identity = this.#words[this.#identityAt];
        // Rounded down to what a healthy or repaired channel has: this look may have fallen into a write.
        this.#drift = (sequence - 2 * count) & -REPAIR_STEP;
        this.#readCountLow = this.#readCount[0];
        this.#writeCountLow = skip ? count : 0;
        this.#sequence = skip ? sequence : (sequence - 2 * count) | 0;
        this.count = skip ? total : 0;
        this.#lost = 0;
        this.#hollow = -1;
    }
    /** The read itself: the size in bytes, {@link NO_DATA}, or {@link NO_ROOM}. */
    #take(target, room) {
        const words = this.#channel;
        // The end of the message is loaded along. A writer that comes takes this line away together with that of the
        // sequence, and then both are on their way back at once, instead of the second when the first is here: a round
        // trip of 64 bytes between far cores, whose last 8 lie in the second line, takes 680 ns instead of 860 (Node 20.20,
        // AMD EPYC, 2026-11). Nothing is concluded from the value; it is kept so that V8 does not leave the load out.
        const end = words[this.#endAt];
        // Most looks find nothing. A plain load tells, at a tenth of the cost, and orders nothing: what it finds is loaded
        // again below before any payload byte. By then a write that was under way is mostly out: taking the first value
        // instead makes the round trip 5 % longer.
        if (words[0] === this.#sequence && this.#unsure === false) {
            this.#end = end;
            return NO_DATA;
        }
        for (let copies = 0; copies < MAX_COPIES; copies++) {
            const sequence = beginRead(words);
            // ORDER(read-writer): who writes is looked at after the sequence. A writer shows itself before its first write,
            // so a sequence of its making is followed by a load that sees it.
            // Pairs with: `master_generation` and `slave_pid`, set at every start.
            // Else: after a death in mid-write the next writer's parity is taken for that of the dead one: torn data.
            // Not covered: a slave restarted under the same pid (containers); suspect() covers it from the next look on.
            if (this.#words[this.#identityAt] !== this.#identity || this.#unsure === true) {
                if (!this.#atRest(sequence) || sequence === this.#sequence)
                    return NO_DATA;
            }
            else if (((sequence ^ this.#drift) & 1) !== 0) {
                return NO_DATA;
            }
            const size = this.#channel[DATA_SIZE] >>> 0;
            const fits = size <= room && size <= this.#maxDataSize;
            if (fits)
                this.#slot.copyTo(target, size);
            if (!retryRead(words, sequence)) {
                if (fits) {
                    this.#count(sequence);
                    this.#endAt = 1 + (size >>> 2);
                }
                else if (size <= this.#maxDataSize)
                    return NO_ROOM;
                else {
                    this.#skip(sequence, ((sequence - this.#sequence) | 0) >>> 1);
                    throw this.#corrupt(size);
                }
                return size;
            }
            this.retries++;
        }
        return NO_DATA;
    }
    /** Counts the message of `sequence` as read. */
    #count(sequence) {
        const writes = ((sequence - this.#sequence) | 0) >>> 1;
        this.#sequence = sequence;
        this.#writeCountLow = (this.#writeCountLow + writes) | 0;
        this.count += writes;
        this.missed = writes - 1 + this.#lost;
        this.totalMissed += this.missed;
        this.#lost = 0;
        // ORDER(read-count): counted after the copy was found good. A plain store of the low half, except at the carry.
        // Pairs with: whoever waits for `read_count` to move, as `send` does.
        // Else: a writer that waits for its message to be read overwrites it during the copy.
        // Not covered: two readers on one channel.
        const count = (this.#readCountLow + 1) | 0;
        this.#readCountLow = count;
        if (count !== 0)
            this.#readCount[0] = count;
        else
            addAtCarry(this.#readCount);
    }
    /**
     * The careful path: whether nobody writes while the sequence is `sequence`. It compares with `writeCount`, which
     * costs a cache line that the hot path leaves alone, and follows a change of the drift. Moves the cursor so that
     * the distance to `sequence` is again twice the number of unread messages.
     */
    #atRest(sequence) {
        const words = this.#channel;
        const identity = this.#words[this.#identityAt];
        const writes = Atomics.load(this.#writeCount, 0);
        // Both were true at one moment only if the sequence has not moved since.
        if (retryRead(words, sequence))
            return false;
        const drift = (sequence - 2 * writes) | 0;
        // A count that ran backwards is no writer's doing: what is there counts as one message.
        const ahead = (writes - this.#writeCountLow) | 0;
        const unread = ahead < 0 ? 1 : ahead;
        // One writer keeps one drift for life, and no state of a later one has it: at rest, whoever writes.
        if (drift === this.#drift) {
            this.#settle(sequence, writes, unread);
            // At rest now; but one of ours that has not written yet may still be about to repair.
            if (identity !== this.#identity && !isWhole(drift) && !this.#hasWritten(identity, writes))
                return true;
        }
        else if (isWhole(drift)) {
            // The mark of a repair is the empty message in the place of a half-written one.
            const isHollow = this.#channel[DATA_SIZE] === 0;
            if (retryRead(words, sequence))
                return false;
            this.#settle(sequence, writes, unread);
            if (isHollow)
                this.#hollowOut(sequence);
        }
        else {
            // With the writer known, any other state than that of rest is a write under way.
            if (!this.#unsure && identity === this.#identity)
                return false;
            if (this.#phase.look(drift, writes, this.#words[this.#heartbeatAt]) !== drift)
                return false;
            // Messages are told by the sequence: the dead writer may have published one that it did not count.
            this.#settle(sequence, writes, Math.max(0, (sequence - this.#sequence) | 0) >>> 1);
            if (!this.#phase.sawWrite)
                this.#hollowOut(sequence);
        }
        this.#phase.reset();
        this.#unsure = false;
        this.#identity = identity;
        this.#drift = drift;
        return true;
    }
    /** Whether the writer with this identity has written since it was first met. */
    #hasWritten(identity, writes) {
        if (identity !== this.#newcomer) {
            this.#newcomer = identity;
            this.#newcomerCount = writes;
        }
        return writes !== this.#newcomerCount;
    }
    /** Sets the cursor so that the distance to `sequence` is twice the number of unread messages. */
    #settle(sequence, writes, unread) {
        this.#sequence = (sequence - 2 * unread) | 0;
        this.#writeCountLow = (writes - unread) | 0;
    }
    /** Takes note that what is in the slot is no whole message, and passes over it. */
    #hollowOut(sequence) {
        this.#hollow = sequence;
        this.#skip(sequence, ((sequence - this.#sequence) | 0) >>> 1);
    }
    /** Passes over unread messages that cannot be delivered; the next read reports them as missed. */
    #skip(sequence, messages) {
        this.#sequence = sequence;
        this.#writeCountLow = (this.#writeCountLow + messages) | 0;
        this.count += messages;
        this.#lost += messages;
    }
    #corrupt(size) {
        return new EshmError('ESHM_CORRUPT', `Cannot read message: dataSize is ${size}, expected ${this.#maxDataSize} at most; the writer is no ESHM peer, or has another maxDataSize`);
    }
}
//# sourceMappingURL=reader.js.map