import type { Bench } from '../bench.js';
import type { Driver } from '../driver.js';
import type { Round, Running } from '../scenario.js';
/**
 * Pause before a round trip to a peer that sleeps between two looks, in microseconds; the driver takes this to twice
 * this. Without it every trip starts at one phase of that sleep, right after the answer before, and the figure is of
 * that phase.
 */
export declare const PAUSE_US = 200;
/** Resumes `drivers` for each round and stops them after it. */
export declare function running(drivers: readonly Driver[], round: () => Promise<Round>): Running;
/** A master and a slave on one channel for the time of `work`, a new one each round. */
export declare function connected<T>(bench: Bench, master: Driver, slave: Driver, order: string, work: () => Promise<T>): Promise<T>;
/**
 * A round of spinning round trips between drivers that know `ping` and `echo`: batches for the figure, because a look
 * at the clock costs a tenth of a trip, then trips timed singly for the percentiles.
 */
export declare function spinningRound(bench: Bench, ping: Driver, echo: Driver, size: number): Promise<Round>;
