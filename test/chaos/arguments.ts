/** What both chaos runners take: `[--seconds N] [--seed N] [--faults KIND,KIND] [--json] [--verbose]`; one takes `[--pairings MASTER-SLAVE,...]` and `[--shm KIND]` too. */
import { parseArgs } from 'node:util';
import { SHM_KINDS, type ShmKind } from '../peers/shm-kind.js';

/** What a run was asked for. */
export interface ChaosArguments<Kind extends string> {
  readonly seconds: number;
  readonly seed: number;
  readonly faults: readonly Kind[];
  /** Of those that the runner has; all of them where it was not asked for some. */
  readonly pairings: readonly string[];
  /** The kind of library of C++ and Python, where the runner takes one and it was given. */
  readonly shm: ShmKind | undefined;
  readonly json: boolean;
  /** Tells what goes on, where that was asked for. */
  readonly tell?: (line: string) => void;
}

/** Ends the process: the call is wrong, or the machine is. */
export function refuse(name: string, text: string): never {
  console.error(`Cannot run ${name}: ${text}`);
  process.exit(2);
}

/**
 * Reads the command line of the runner `name`, which knows these kinds of fault and these pairings, and says what it will
 * do.
 */
export function chaosArguments<Kind extends string>(
  name: string,
  kinds: readonly Kind[],
  pairings: readonly string[] = [],
): ChaosArguments<Kind> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string' },
      faults: { type: 'string', default: kinds.join(',') },
      ...(pairings.length > 0 && {
        pairings: { type: 'string', default: pairings.join(',') },
        shm: { type: 'string', default: '' },
      }),
      json: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
    },
  });
  const numeric = (option: string, text: string): number => {
    const value = Number(text);
    if (Number.isFinite(value) && value >= 0) return value;
    return refuse(name, `--${option} is '${text}', expected a number`);
  };
  const some = <Known extends string>(option: string, text: string, known: readonly Known[]): Known[] => {
    const words = text.split(',').map((word) => word.trim());
    const unknown = words.find((word) => !known.some((one) => one === word));
    if (unknown !== undefined)
      refuse(name, `--${option} has '${unknown}', expected some of ${known.join(', ')}`);
    return known.filter((one) => words.includes(one));
  };
  const seed = values.seed === undefined ? Date.now() % 2 ** 31 : numeric('seed', values.seed) >>> 0;
  const seconds = numeric('seconds', values.seconds);
  console.error(`${name}: ${seconds} s, seed ${seed}`);
  return {
    seconds,
    seed,
    faults: some('faults', values.faults, kinds),
    pairings: pairings.length === 0 ? [] : some('pairings', String(values.pairings), pairings),
    shm: values.shm ? some('shm', String(values.shm), SHM_KINDS)[0] : undefined,
    json: values.json,
    ...(values.verbose ? { tell: (line: string) => console.error(line) } : {}),
  };
}
