/*
 * npm run bench -- [--quick] [--only ID,...] [--json FILE] [--lib PATH] [--report FOLDER]
 *
 * Measures, prints, and writes what was asked for. Progress goes to stderr, tables to stdout.
 */
import { parseArguments, UsageError } from './arguments.js';
import { benchmark, defaultReport, Interrupted, publish } from './benchmark.js';
/** Exit codes: a command line that is not allowed, and what a shell gives for SIGINT. */
const USAGE_ERROR = 2;
const INTERRUPTED = 130;
async function main() {
    const args = parseArguments(process.argv.slice(2), defaultReport);
    if (args === undefined)
        return 0;
    await publish(await benchmark(args), args);
    return 0;
}
function report(error) {
    if (error instanceof Interrupted)
        return INTERRUPTED;
    process.stderr.write(`bench: ${error.message}\n`);
    return error instanceof UsageError ? USAGE_ERROR : 1;
}
process.exit(await main().catch(report));
//# sourceMappingURL=main.js.map