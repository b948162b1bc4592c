/* The answering end of process-send; on a core of its own where the driver of the run says so. */
import { execFileSync } from 'node:child_process';
const core = process.env.BENCH_CHILD_CORE;
if (core !== undefined)
    execFileSync('taskset', ['-a', '-p', '-c', core, String(process.pid)]);
process.on('message', (message) => process.send?.(message));
process.on('disconnect', () => process.exit());
process.send?.('ready');
//# sourceMappingURL=process-send-echo.js.map