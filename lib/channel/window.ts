/**
 * What {@link MailboxReader.view} looks at messages through: accessors over the slot itself, and the same over a copy for
 * where the writer never pauses. Belongs to one reader.
 */
export interface Window<Live> {
  /** Bytes of a message that can be looked at in place. */
  readonly size: number;
  /** Accessors over the slot. */
  readonly inPlace: Live;
  /** Room for a message that is looked at in a copy: `size` bytes. */
  readonly copy: Uint8Array;
  /** Accessors over {@link copy}. */
  readonly copied: Live;
  /** Whether accessors may be used. */
  readonly life: { isAlive: boolean };
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
