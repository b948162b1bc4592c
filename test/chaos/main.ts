/** `npm run chaos -- [--seconds N] [--seed N] [--faults KIND,KIND] [--json] [--verbose]` */
import { parseArgs } from 'node:util';
import { buildPeers } from '../peers/build.js';
import { runHarness } from '../support/harness.js';
import { FAULTS, type FaultKind } from './faults.js';
import { failuresOf, format, rowsOf } from './report.js';
import { runChaos } from './runner.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string' },
    faults: { type: 'string', default: FAULTS.join(',') },
    json: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});

/** A number from the command line. */
function numeric(option: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  console.error(`Cannot run chaos: --${option} is '${text}', expected a number`);
  process.exit(2);
}

/** The kinds of fault from the command line. */
function kindsOf(text: string): FaultKind[] {
  const words = text.split(',').map((word) => word.trim());
  const unknown = words.find((word) => !FAULTS.some((kind) => kind === word));
  if (unknown === undefined) return FAULTS.filter((kind) => words.includes(kind));
  console.error(`Cannot run chaos: --faults has '${unknown}', expected some of ${FAULTS.join(', ')}`);
  process.exit(2);
}

const seed = values.seed === undefined ? Date.now() % 2 ** 31 : numeric('seed', values.seed) >>> 0;
const seconds = numeric('seconds', values.seconds);
console.error(`chaos: ${seconds} s, seed ${seed}`);

async function main(stop: AbortSignal): Promise<number> {
  const report = await runChaos(await buildPeers(), {
    seconds,
    seed,
    stop,
    faults: kindsOf(values.faults),
    ...(values.verbose ? { tell: (line: string) => console.error(line) } : {}),
  });
  console.log(
    values.json
      ? JSON.stringify({ ...report, table: rowsOf(report.incidents), failed: failuresOf(report) })
      : format(report),
  );
  return failuresOf(report) > 0 ? 1 : 0;
}

await runHarness({ name: 'chaos', act: main });
