/** Makes bytes of what a program writes. */
export interface Encoder<Given = unknown> {
  /**
   * The bytes of a value. Called before anything is touched: what it throws, the write throws.
   *
   * @param value - what was given to `write`, `send` and the like
   * @returns bytes, or text that is written as UTF-8; they are taken at once, so their memory may be used again by the next
   * call
   */
  encode(value: Given): Uint8Array | string;
}

/** Makes a value of what a program reads. */
export interface Decoder<Value = unknown> {
  /**
   * The value of a message. What it throws makes the message a corrupt one: ESHM_CORRUPT, with that as its `cause`.
   *
   * @param bytes - a copy of the message that nobody else has
   * @returns anything but `undefined`, which says that there is no message, and promises
   */
  decode(bytes: Buffer): Value;
}

/** Both directions of what messages are to a program. */
export interface Codec<Given = unknown, Value = Given> extends Encoder<Given>, Decoder<Value> {}

/** A codec for each way; a way without one has bytes, or text of the option `encoding`. */
export interface CodecPair<Out, In> {
  /** What this endpoint writes. */
  readonly out?: Out | undefined;
  /** What this endpoint reads. */
  readonly in?: In | undefined;
}

/** What an endpoint needs to write: an {@link Encoder} whose result was judged. */
export interface WireEncoder {
  /**
   * The bytes to put on the wire.
   *
   * @throws {TypeError} for what is no message
   */
  encode(value: unknown): Uint8Array;
}

/** What an endpoint needs to read: a {@link Decoder} whose result was judged. */
export interface WireDecoder {
  /**
   * What a message is.
   *
   * @throws {EshmError} ESHM_CORRUPT
   */
  decode(message: Buffer): unknown;
}
