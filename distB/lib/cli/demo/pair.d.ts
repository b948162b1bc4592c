import type { DemoOptions } from './roles.js';
/**
 * A master and a slave on the channel `name`, each a process of its own, for about three seconds or `count` messages.
 *
 * @returns whether both ended well and messages went both ways
 */
export declare function runPair(name: string, { intervalMs, count, stop, say }: DemoOptions): Promise<boolean>;
