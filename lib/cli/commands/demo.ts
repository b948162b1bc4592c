import { Argument, type Command, InvalidArgumentError } from 'commander';
import { Eshm, type RoleOption } from '../../index.js';
import { runPair } from '../demo/pair.js';
import { type DemoOptions, runMaster, runSlave } from '../demo/roles.js';
import { LONGEST_TIMER_MS, stopSignal } from '../stop.js';
import { type ShmOption, shmOption } from '../talking/open-options.js';

const EXAMPLES = `
Examples:
  eshm demo pair                 both sides in this terminal, for three seconds
  eshm demo master eshm1         one side; the other may be a C++ or a Python program
  eshm demo slave eshm1 -c 5     answers five messages, then ends
  eshm demo pair --shm posix     over a file in /dev/shm`;

interface DemoFlags {
  readonly interval?: number;
  readonly count: number;
  readonly shm?: ShmOption;
}

/** Adds `eshm demo`: the original's demo programs, and a pair of them in one terminal. */
export function demo(program: Command): void {
  program
    .command('demo')
    .description('Exchange greetings with a C++, Python or TypeScript peer; pair runs both sides itself.')
    .addArgument(new Argument('<role>', 'which side to be').choices(['master', 'slave', 'auto', 'pair']))
    .argument('[name]', 'name of the channel (default: eshm1; for pair, one of its own)')
    .option(
      '-i, --interval <ms>',
      "time between a master's messages (default: 500; for pair, 100)",
      number(LONGEST_TIMER_MS),
    )
    .option('-c, --count <n>', 'messages to send or to answer; 0: until Ctrl-C', integer, 0)
    .addOption(shmOption())
    .addHelpText('after', EXAMPLES)
    .action(runDemo);
}

async function runDemo(role: RoleOption | 'pair', name: string | undefined, flags: DemoFlags): Promise<void> {
  const options: DemoOptions = {
    intervalMs: flags.interval ?? (role === 'pair' ? 100 : 500),
    count: flags.count,
    stop: stopSignal(),
    say: (line) => process.stdout.write(`${line}\n`),
  };
  const shm = flags.shm === undefined ? {} : { shm: flags.shm };
  if (role === 'pair') {
    const pairName = name ?? `eshm-demo-${process.pid}`;
    process.exitCode = await runPair(pairName, options, flags.shm);
    return;
  }
  using endpoint = Eshm.open(name ?? 'eshm1', { role, ...shm });
  await (endpoint.role === 'master' ? runMaster : runSlave)(endpoint, options);
}

function number(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= 0 && value <= most) return value;
    throw new InvalidArgumentError(`Expected milliseconds from 0 to ${most}.`);
  };
}

function integer(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number, 0 or more.');
}
