/*
 * write-SIZE-ts, write-SIZE-ts-plain: one Node process, the master of a channel nobody reads, calls
 * `endpoint.write(buffer)` in a loop. The figure is the time of a batch of writes over their number; a row is the
 * median of its rounds, a round the median of its batches. `-plain` opens with `order: 'plain'`. Not pinned, as its
 * C counterpart; the heartbeat worker runs.
 */
import { SIZES } from '../scenario.js';
import { writing } from './writing.js';
export const writeTs = SIZES.flatMap((size) => ['atomics', 'plain'].map((order) => ({
    id: order === 'plain' ? `write-${size}-ts-plain` : `write-${size}-ts`,
    group: `write-${size}`,
    unit: 'ns',
    start: (bench) => writing(bench, bench.node(), size, order),
})));
//# sourceMappingURL=write-ts.js.map