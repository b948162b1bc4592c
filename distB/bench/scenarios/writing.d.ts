import type { Bench } from '../bench.js';
import type { Driver } from '../driver.js';
import type { Running } from '../scenario.js';
/** A driver that writes messages of `size` bytes; the first batch of each round is not counted either. */
export declare function writing(bench: Bench, driver: Driver, size: number, order: string): Promise<Running>;
