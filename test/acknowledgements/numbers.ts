/** A set of numbers from 0 to some millions, which goes to another process as a line of text. */
export class Numbers {
  readonly #bits: Uint8Array;

  constructor(bits: Uint8Array = new Uint8Array(2 ** 21)) {
    this.#bits = bits;
  }

  static parse(line: string): Numbers {
    return new Numbers(Buffer.from(line, 'base64'));
  }

  add(number: number): void {
    this.#bits[number >>> 3]! |= 1 << (number & 7);
  }

  has(number: number): boolean {
    return ((this.#bits[number >>> 3] ?? 0) & (1 << (number & 7))) !== 0;
  }

  /** All of them, in order. */
  *[Symbol.iterator](): Generator<number> {
    for (const [byte, bits] of this.#bits.entries()) {
      for (let bit = 0; bits >>> bit !== 0; bit++) if ((bits >>> bit) & 1) yield 8 * byte + bit;
    }
  }

  toString(): string {
    return Buffer.from(this.#bits.subarray(0, 1 + this.#bits.findLastIndex((byte) => byte !== 0))).toString(
      'base64',
    );
  }
}
