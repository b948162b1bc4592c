import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, type as osType, release, totalmem } from 'node:os';

/** What the figures depend on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly kernel: string;
  /** The first line of what the C++ compiler says of itself, or `null` where there is none. */
  readonly compiler: string | null;
  /** The cores on which the two processes of every round trip ran, or `null` when none were pinned. */
  readonly pinnedTo: readonly [number, number] | null;
}

export function describeMachine(pinnedTo: readonly [number, number] | undefined): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: `${osType()} ${release()}`,
    compiler: describeCompiler(),
    pinnedTo: pinnedTo ?? null,
  };
}

function describeCompiler(): string | null {
  try {
    const text = execFileSync(process.env.CXX ?? 'g++', ['--version'], { encoding: 'utf8', stdio: 'pipe' });
    return text.split('\n')[0] ?? '';
  } catch {
    return null;
  }
}
