import { isPlain, lengthOf, tooLarge, unfillable, unreadable, viewOf } from './message-bytes.js';

/**
 * Hot path: copies between a slot of the mapped segment and the caller's bytes. Measured, not guessed.
 *
 * Node 20.20 on AMD EPYC (2.6 GHz), 2026-11, ns: `set` 16 up to 256 bytes and 68 at 4096; steps of 8 bytes 1 at 8
 * bytes, 4 at 64, 9 at 128. The getter of `TypedArray.prototype.buffer` alone takes 20, which is why the caller's array
 * is told by its identity.
 */

/** Messages up to this many bytes are copied in steps of 8, larger ones by `TypedArray.prototype.set`. */
const STEPS_UP_TO = 128;

/** Messages up to this many bytes are copied twice where their array was not written before: dearer to look at it. */
const COPY_TWICE_UP_TO = 1024;

/**
 * The data bytes of one channel, for one direction of copying.
 *
 * A Float64Array moves 8 bytes a step. V8 moves them through an SSE register without looking at them, so every bit
 * pattern survives, signalling NaNs too: test/lib/channel/slot.test.ts holds that in every compiler tier.
 *
 * To step through the caller's bytes it needs a Float64Array over them, which is made when the same array comes a
 * second time in a row and kept until another does: no allocation from the third call on. It thereby keeps that one
 * array from being collected.
 */
export class Slot {
  #bytes: Uint8Array = new Uint8Array();
  #doubles: Float64Array = new Float64Array();
  /** The caller's array of the last copy. */
  #last: Uint8Array | undefined;
  /** The caller's array that `#otherDoubles` lies over. */
  #other: Uint8Array | undefined;
  #otherDoubles: Float64Array = new Float64Array();
  /** Bytes that can be copied in steps from or to `#other`. */
  #steppable = 0;
  /** The slot's first bytes as an array of the size that was last asked for. */
  #window: Uint8Array = new Uint8Array();
  /** Where {@link judge} puts a message that is copied twice: empty until one comes, and for ever in a reader's. */
  #judged: Uint8Array = new Uint8Array();
  #judgedDoubles: Float64Array = new Float64Array();
  #judgedWindow = this.#judged;
  /** What {@link copyJudged} copies in one go: an array of our own, of which no property can lie. */
  #from: Uint8Array = this.#judgedWindow;
  /** The caller's array that `#from` lies over, if it does. */
  #viewed: Uint8Array | undefined;

  /** @param data - the slot, mapped; it starts at a multiple of 8 bytes */
  constructor(data: Uint8Array) {
    this.#bytes = data;
    this.#doubles = new Float64Array(data.buffer, data.byteOffset, data.length >>> 3);
    this.#window = data.subarray(0, 0);
  }

  /**
   * Whether {@link copyFrom} may be called: all `size` bytes of `source` were judged before and go in steps. Never for an
   * empty one, because an array whose memory was transferred away looks like it.
   */
  knows(source: Uint8Array, size: number): boolean {
    return source === this.#other && size === this.#steppable;
  }

  /** Copies `size` bytes of a `source` that it {@link knows} into the slot. Nothing in it can throw. */
  copyFrom(source: Uint8Array, size: number): void {
    copySteps(this.#doubles, this.#otherDoubles, size >>> 3);
    if ((size & 7) !== 0) copyTail(this.#bytes, source, size);
  }

  /** Whether {@link copyJudged} may be called without {@link judge}: a large array that comes again as it was. */
  sees(source: Uint8Array, size: number): boolean {
    return source === this.#viewed && size > STEPS_UP_TO && size === this.#from.length;
  }

  /**
   * Makes the bytes of `source` ready for {@link copyJudged}. Whatever is wrong with them must show before the slot is
   * opened, so they are copied here, or looked at through an array of our own.
   *
   * @param told - how many bytes it has by its own property, which may be another than every array's
   * @returns how many there are
   * @throws {TypeError} when they are not there: the array's memory was transferred away or has shrunk
   * @throws {EshmError} ESHM_BUFFER_TOO_SMALL when there are more than was told, and more than fit
   */
  judge(source: Uint8Array, told: number): number {
    const size = lengthOf(source);
    if (size > this.#bytes.length) throw tooLarge(size, this.#bytes.length);
    if (this.#judged.length === 0) this.#makeRoom();
    try {
      if (size <= STEPS_UP_TO) this.#judged.set(source);
      else if (size <= COPY_TWICE_UP_TO && source !== this.#last) this.#copyOnce(source, size);
      else this.#look(source, size);
    } catch (cause) {
      throw unreadable(told, cause);
    }
    if (size > STEPS_UP_TO) this.#last = source;
    else if (size > 0) this.#meet(source);
    return size;
  }

  /** Copies the `size` bytes that {@link judge} has let through into the slot. Nothing in it can throw. */
  copyJudged(size: number): void {
    if (size > STEPS_UP_TO) this.#bytes.set(this.#from);
    else this.#copyJudgedSteps(size);
  }

  #copyJudgedSteps(size: number): void {
    copySteps(this.#doubles, this.#judgedDoubles, size >>> 3);
    if ((size & 7) !== 0) copyTail(this.#bytes, this.#judged, size);
  }

  /** Copies the first `size` bytes of the slot to the start of `target`, which has room for them. */
  copyTo(target: Uint8Array, size: number): void {
    if (target !== this.#other || size > this.#steppable) {
      this.#setTo(target, size);
      return;
    }
    copySteps(this.#otherDoubles, this.#doubles, size >>> 3);
    if ((size & 7) !== 0) copyTail(target, this.#bytes, size);
  }

  #makeRoom(): void {
    const room = new ArrayBuffer(COPY_TWICE_UP_TO);
    this.#judged = new Uint8Array(room);
    this.#judgedDoubles = new Float64Array(room);
  }

  #copyOnce(source: Uint8Array, size: number): void {
    this.#judged.set(source);
    if (this.#judgedWindow.length !== size) this.#judgedWindow = this.#judged.subarray(0, size);
    this.#from = this.#judgedWindow;
    this.#viewed = undefined;
  }

  #look(source: Uint8Array, size: number): void {
    this.#from = viewOf(source, size);
    this.#viewed = source;
  }

  #setTo(target: Uint8Array, size: number): void {
    let window = this.#window;
    if (window.length !== size) {
      // Messages of a program mostly have one size, so the window is mostly the right one.
      window = this.#bytes.subarray(0, size);
      this.#window = window;
    }
    try {
      target.set(window);
    } catch (cause) {
      throw unfillable(target.length, cause);
    }
    if (size <= STEPS_UP_TO) this.#meet(target);
  }

  /** Lays a Float64Array over `other` if it is worth it: small, aligned, and here for the second time in a row. */
  #meet(other: Uint8Array): void {
    if (other !== this.#last) {
      this.#last = other;
      return;
    }
    // Of an array with properties of its own nothing tells that its memory is gone.
    if (!isPlain(other)) return;
    // The memory of a resizable buffer can shrink away under a Float64Array, which then reads NaN and drops stores.
    if ((other.byteOffset & 7) !== 0 || (other.buffer as { resizable?: boolean }).resizable === true) return;
    this.#otherDoubles = new Float64Array(other.buffer, other.byteOffset, other.length >>> 3);
    this.#steppable = Math.min(STEPS_UP_TO, other.length);
    this.#other = other;
  }
}

/**
 * Up to 16 steps. Eight at a time with constant indices: half the time of a loop, because V8 then computes no address
 * and compares each length with a constant. The second eight are a function of their own, so that this one is small
 * enough to be inlined.
 */
const copySteps = (to: Float64Array, from: Float64Array, steps: number): void => {
  let i = 0;
  if (steps >= 8) {
    const a = from[0]!;
    const b = from[1]!;
    const c = from[2]!;
    const d = from[3]!;
    const e = from[4]!;
    const f = from[5]!;
    const g = from[6]!;
    const h = from[7]!;
    to[0] = a;
    to[1] = b;
    to[2] = c;
    to[3] = d;
    to[4] = e;
    to[5] = f;
    to[6] = g;
    to[7] = h;
    i = 8;
  }
  if (steps === 16) copySecondEight(to, from);
  else for (; i < steps; i++) to[i] = from[i]!;
};

const copySecondEight = (to: Float64Array, from: Float64Array): void => {
  const a = from[8]!;
  const b = from[9]!;
  const c = from[10]!;
  const d = from[11]!;
  const e = from[12]!;
  const f = from[13]!;
  const g = from[14]!;
  const h = from[15]!;
  to[8] = a;
  to[9] = b;
  to[10] = c;
  to[11] = d;
  to[12] = e;
  to[13] = f;
  to[14] = g;
  to[15] = h;
};

/** The bytes behind the last whole step. */
function copyTail(to: Uint8Array, from: Uint8Array, size: number): void {
  for (let i = size & ~7; i < size; i++) to[i] = from[i]!;
}
