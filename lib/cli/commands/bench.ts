import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { EshmError } from '../../errors.js';
import { BENCHMARK } from '../places.js';

const EXAMPLES = `
Examples:
  eshm bench
  eshm bench -- --quick
  eshm bench -- --help           what the benchmark itself understands

In a checkout of the repository, with g++, it compares with the C++ library. Elsewhere it measures
what can be measured without a compiler: this package, and what Node itself offers.`;

/** `eshm bench`: starts the benchmark. */
export function bench(program: Command): void {
  program
    .command('bench')
    .description('measure this machine: the cost of writes, round trips, opening and being idle')
    .argument('[args...]', 'for the benchmark')
    .allowUnknownOption()
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(args: string[]): Promise<void> {
  if (!existsSync(BENCHMARK)) {
    throw new EshmError(
      'ESHM_UNSUPPORTED',
      'Cannot run the benchmark: it does not lie beside this file, as with a bundle; in a checkout of the repository run `npm ci && npm run build:test && npx eshm bench`',
    );
  }
  const child = spawn(process.execPath, [BENCHMARK, ...args], { stdio: 'inherit' });
  // The benchmark gets the terminal's Ctrl-C itself and ends in its own way.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
