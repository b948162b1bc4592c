/**
 * What {@link MailboxReader.view} looks at messages through: accessors over the slot itself, and the same over a copy for
 * where the writer never pauses. Belongs to one reader.
 */
export interface Window<Live> {
  /** Bytes of a message that can be looked at in place. */
  readonly size: number;
  /** Room for a message that is looked at in a copy: `size` bytes. */
  readonly copy: Uint8Array;
  /** Accessors over the slot, alive until {@link end}. */
  begin(): Live;
  /** The same over {@link copy}. */
  beginCopy(): Live;
  /** The look is over, however it ended. */
  end(): void;
  /**
   * Makes a copied message of `size` bytes ready to be looked at.
   *
   * @throws {EshmError} ESHM_CORRUPT where it is none that can be
   */
  accept(size: number): void;
  /**
   * Judges what a look returned where that is an object.
   *
   * @throws {TypeError} for a promise: the look is not over
   */
  judge(value: object): void;
}
