/** Loaded before unit tests: there a process or a thread is an error. */
import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import workerThreads from 'node:worker_threads';

function refuse(what: string): () => never {
  return () => {
    throw new Error(
      `Cannot start a ${what}: this is a unit test, expected none; import what starts it in the test file itself, by its name, and the test counts among those of test:peers`,
    );
  };
}

for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'] as const) {
  childProcess[name] = refuse('process') as never;
}
workerThreads.Worker = class {
  constructor() {
    refuse('thread')();
  }
} as never;
syncBuiltinESMExports();
