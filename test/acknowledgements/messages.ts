/** The number of the message that ends a trial; 0 is that of plain writes. */
export const LAST = 0xffffffff;

/** Plain writes before each send. */
export const WRITES = 300;
