import type { SoakReport } from './soak.js';
/** Runs the soak in a child process; throws when it crashes or hangs. */
export declare function soak(openings: number, reconnects: number, name: string): Promise<SoakReport>;
/** What grew, in words; empty when nothing did. */
export declare function growthOf({ before, after }: SoakReport): string[];
