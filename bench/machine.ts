import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, type as osType, release, totalmem } from 'node:os';

/** What the figures depend on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly compiler: string;
  /** The cores on which the two processes of every round trip ran, or `null` when none were pinned. */
  readonly pinnedTo: readonly [number, number] | null;
}

export function describeMachine(pinnedTo: readonly [number, number] | undefined): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: `${osType()} ${release()}`,
    compiler:
      execFileSync(process.env.CXX ?? 'g++', ['--version'], { encoding: 'utf8' }).split('\n')[0] ?? '',
    pinnedTo: pinnedTo ?? null,
  };
}
