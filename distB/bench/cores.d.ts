/**
 * Two cores of this process's own set for two processes that spin against each other: different ones, and not two
 * threads of one core where that can be had. The same two for TypeScript and C++.
 *
 * @returns `undefined` where there is one core only or no taskset: then nobody is pinned
 */
export declare function pickCores(): readonly [number, number] | undefined;
/** `0-2,5` is 0, 1, 2, 5. */
export declare function parseCpuList(list: string | undefined): number[];
