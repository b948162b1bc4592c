import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ESHM, type Lab, type Outcome, outcomeOf } from '../lab.js';

/** `eshm view` that runs. */
export interface Serving {
  /** Where the page is. */
  readonly url: string;
  readonly port: number;
  /** Ends it as Ctrl-C does. */
  end(): Promise<Outcome>;
}

/** Starts `eshm view`. */
export function serve(lab: Lab, ...args: string[]): Promise<Serving> {
  return serving(lab.start(['view', ...args]));
}

/** Starts `eshm view` of a recording, for which it takes no lab. */
export function serveFile(file: string, ...args: string[]): Promise<Serving> {
  return serving(spawn(process.execPath, [ESHM, 'view', file, '--port', '0', ...args], { stdio: 'pipe' }));
}

async function serving(child: ChildProcessWithoutNullStreams): Promise<Serving> {
  const outcome = outcomeOf(child);
  const [url] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    outcome.then(({ stderr }) => {
      throw new Error(stderr);
    }),
  ])) as [string];
  return {
    url,
    port: Number(new URL(url).port),
    end: () => {
      child.kill('SIGINT');
      return outcome;
    },
  };
}
