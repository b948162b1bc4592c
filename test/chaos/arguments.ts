/** What both chaos runners take: `[--seconds N] [--seed N] [--faults KIND,KIND] [--json] [--verbose]`. */
import { parseArgs } from 'node:util';

/** What a run was asked for. */
export interface ChaosArguments<Kind extends string> {
  readonly seconds: number;
  readonly seed: number;
  readonly faults: readonly Kind[];
  readonly json: boolean;
  /** Tells what goes on, where that was asked for. */
  readonly tell?: (line: string) => void;
}

/** Ends the process: the call is wrong, or the machine is. */
export function refuse(name: string, text: string): never {
  console.error(`Cannot run ${name}: ${text}`);
  process.exit(2);
}

/** Reads the command line of the runner `name`, which knows these kinds of fault, and says what it will do. */
export function chaosArguments<Kind extends string>(
  name: string,
  kinds: readonly Kind[],
): ChaosArguments<Kind> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string' },
      faults: { type: 'string', default: kinds.join(',') },
      json: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
    },
  });
  const numeric = (option: string, text: string): number => {
    const value = Number(text);
    if (Number.isFinite(value) && value >= 0) return value;
    return refuse(name, `--${option} is '${text}', expected a number`);
  };
  const words = values.faults.split(',').map((word) => word.trim());
  const unknown = words.find((word) => !kinds.some((kind) => kind === word));
  if (unknown !== undefined) refuse(name, `--faults has '${unknown}', expected some of ${kinds.join(', ')}`);
  const seed = values.seed === undefined ? Date.now() % 2 ** 31 : numeric('seed', values.seed) >>> 0;
  const seconds = numeric('seconds', values.seconds);
  console.error(`${name}: ${seconds} s, seed ${seed}`);
  return {
    seconds,
    seed,
    faults: kinds.filter((kind) => words.includes(kind)),
    json: values.json,
    ...(values.verbose ? { tell: (line: string) => console.error(line) } : {}),
  };
}
