import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EshmError } from '../../errors.js';
/** Where a checkout that was built with `npm run build:test` has it; the package leaves it out. */
const BENCH = fileURLToPath(new URL('../../../bench/main.js', import.meta.url));
const EXAMPLES = `
Examples:
  eshm bench
  eshm bench -- --help           what the benchmark itself understands

The benchmark compares with the C++ library, so it needs a checkout, not the package.`;
/** `eshm bench`: starts the benchmark of a checkout. */
export function bench(program) {
    program
        .command('bench')
        .description('run the benchmark, in a checkout of the repository')
        .argument('[args...]', 'for the benchmark')
        .allowUnknownOption()
        .addHelpText('after', EXAMPLES)
        .action(run);
}
async function run(args) {
    if (!existsSync(BENCH)) {
        throw new EshmError('ESHM_UNSUPPORTED', 'Cannot run the benchmark: it is not part of the package; in a checkout of the repository run `npm ci && npm run build:test && npx eshm bench`');
    }
    const child = spawn(process.execPath, [BENCH, ...args], { stdio: 'inherit' });
    // The benchmark gets the terminal's Ctrl-C itself and ends in its own way.
    process.on('SIGINT', () => { });
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    process.exitCode = await new Promise((resolve, reject) => {
        child.once('error', reject);
        child.once('close', (code) => resolve(code ?? 1));
    });
}
//# sourceMappingURL=bench.js.map