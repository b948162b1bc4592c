import { bytes, f64, record } from '../../lib/record/index.js';

/** Two doubles that sum to zero in every whole message, as far apart as they go: 64 bytes, copied in steps. */
export const Small = record('Small', { first: f64, between: bytes(48), last: f64 });

/** As {@link Small}, in 4096 bytes, which are copied by a call. */
export const Large = record('Large', { first: f64, between: bytes(4080), last: f64 });

/** Both by the words of a command line. */
export const RECORDS = { small: Small, large: Large } as const;
