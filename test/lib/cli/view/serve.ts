import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type Lab, type Outcome, outcomeOf } from '../lab.js';

/** `eshm view` that runs. */
export interface Serving {
  /** Where the page is. */
  readonly url: string;
  readonly port: number;
  /** Ends it as Ctrl-C does. */
  end(): Promise<Outcome>;
}

/** Starts `eshm view`. */
export async function serve(lab: Lab, ...args: string[]): Promise<Serving> {
  const child = lab.start(['view', ...args]);
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
