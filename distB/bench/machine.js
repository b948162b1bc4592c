import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, type as osType, release, totalmem } from 'node:os';
export function describeMachine(pinnedTo) {
    return {
        cpu: cpus()[0]?.model.trim() ?? 'unknown',
        cores: availableParallelism(),
        memoryGiB: Math.round(totalmem() / 2 ** 30),
        kernel: `${osType()} ${release()}`,
        compiler: execFileSync(process.env.CXX ?? 'g++', ['--version'], { encoding: 'utf8' }).split('\n')[0] ?? '',
        pinnedTo: pinnedTo ?? null,
    };
}
//# sourceMappingURL=machine.js.map