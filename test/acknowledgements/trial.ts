import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { uniqueName } from '../support/channels.js';
import { Numbers } from './numbers.js';

/** What happens to the reader meanwhile. */
export type Trouble = 'crowded' | 'stopped';

/** What is tried. */
export interface Trial {
  /** `'crowded'`: shares its core with two busy loops, and nobody is signalled. `'stopped'`: by SIGSTOP at random. */
  readonly trouble: Trouble;
  readonly order: 'atomics' | 'plain';
  readonly method: 'send' | 'sendSync';
  readonly seconds: number;
}

/** What came of it. */
export interface Verdict {
  readonly acknowledged: number;
  readonly timedOut: number;
  /** Acknowledged, and never read. */
  readonly deceived: readonly number[];
}

/** All trials of both orders and both kinds of send, which share so many seconds. */
export function trialsOf(trouble: Trouble, seconds: number): Trial[] {
  return (['atomics', 'plain'] as const).flatMap((order) =>
    (['sendSync', 'send'] as const).map((method) => ({ trouble, order, method, seconds: seconds / 4 })),
  );
}

/** Runs one, in processes of its own: the writer on one core, everybody else on another. */
export async function run({ trouble, order, method, seconds }: Trial): Promise<Verdict> {
  const name = uniqueName('acknowledgements');
  const children: ChildProcess[] = [];
  // The last core, where there are two.
  const core = availableParallelism() - 1;
  const start = (pinned: boolean, ...args: string[]) => {
    const command = pinned ? ['taskset', '-c', `${core}`, process.execPath] : [process.execPath];
    const child = spawn(command[0]!, [...command.slice(1), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    return child;
  };
  const program = (file: string) => fileURLToPath(new URL(file, import.meta.url));
  try {
    const writer = start(false, program('writer.js'), name, order, method, `${seconds}`);
    const told = createInterface({ input: writer.stdout! })[Symbol.asyncIterator]();
    await told.next();
    const reader = start(true, program('reader.js'), name);
    const heard = createInterface({ input: reader.stdout! })[Symbol.asyncIterator]();
    if (trouble === 'stopped') start(false, program('stopper.js'), `${reader.pid}`);
    else for (let i = 0; i < 2; i++) start(true, '-e', 'for (;;);');
    const { value: outcome } = await told.next();
    const { value: read } = await heard.next();
    if (outcome === undefined || read === undefined) throw new Error('Writer or reader ended without a word');
    const { timedOut, acknowledged } = JSON.parse(outcome);
    const seen = Numbers.parse(read);
    const answered = [...Numbers.parse(acknowledged)];
    return {
      acknowledged: answered.length,
      timedOut,
      deceived: answered.filter((number) => !seen.has(number)),
    };
  } finally {
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exited = once(child, 'exit');
      child.kill('SIGCONT');
      child.kill('SIGKILL');
      await exited;
    }
  }
}
