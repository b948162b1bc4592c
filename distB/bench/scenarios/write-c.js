/*
 * write-SIZE-c: one C++ process, the master of a channel nobody reads, calls the library's `eshm_write` in a loop
 * through the pointer that dlsym gave, with a size that came over stdin: nothing to fold at compile time. Batches,
 * rounds and medians as write-SIZE-ts, with which its rounds alternate; the library's threads run.
 */
import { SIZES } from '../scenario.js';
import { writing } from './writing.js';
export const writeC = SIZES.map((size) => ({
    id: `write-${size}-c`,
    group: `write-${size}`,
    unit: 'ns',
    start: (bench) => writing(bench, bench.native(), size, ''),
}));
//# sourceMappingURL=write-c.js.map