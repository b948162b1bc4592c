import { median } from '../statistics.js';
import { running } from './pairs.js';
/**
 * Writes before the first round, the same for every driver: V8 takes 1.6 million of them until the last of its compilers
 * has had its turn (Node 20.20), which is 50 ms once in the life of a process.
 */
const WARM_UP_BATCHES = 30;
const WARM_UP_WRITES = 100_000;
/** A driver that writes messages of `size` bytes; the first batch of each round is not counted either. */
export async function writing(bench, driver, size, order) {
    const { writes, writeBatches } = bench.amounts;
    await driver.command(`open master ${bench.name()} ${order}`);
    await driver.command(`write ${size} ${WARM_UP_WRITES} ${WARM_UP_BATCHES}`);
    await driver.command('close');
    return running([driver], async () => {
        await driver.command(`open master ${bench.name()} ${order}`);
        const [, ...batches] = await driver.figures(`write ${size} ${writes} ${writeBatches + 1}`);
        await driver.command('close');
        return { value: median(batches) };
    });
}
//# sourceMappingURL=writing.js.map