/** `npm run chaos:bridge -- [--seconds N] [--seed N] [--faults KIND,KIND] [--json] [--verbose]` */
import { parseArgs } from 'node:util';
import { buildPeers } from '../../peers/build.js';
import { runHarness } from '../../support/harness.js';
import { Machine, missingNamespaces } from '../machine.js';
import { missingNats, NatsServer } from '../nats-server.js';
import { FAULTS, type FaultKind } from './faults.js';
import { failuresOf, format } from './report.js';
import { runBridgeChaos } from './runner.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string' },
    faults: { type: 'string', default: FAULTS.join(',') },
    json: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});

function refuse(text: string): never {
  console.error(`Cannot run chaos:bridge: ${text}`);
  process.exit(2);
}

function numeric(option: string, text: string): number {
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 ? value : refuse(`--${option} is '${text}', expected a number`);
}

function kindsOf(text: string): FaultKind[] {
  const words = text.split(',').map((word) => word.trim());
  const unknown = words.find((word) => !FAULTS.some((kind) => kind === word));
  if (unknown !== undefined) refuse(`--faults has '${unknown}', expected some of ${FAULTS.join(', ')}`);
  return FAULTS.filter((kind) => words.includes(kind));
}

const missing = missingNats() ?? missingNamespaces();
if (missing !== undefined) refuse(missing);
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : numeric('seed', values.seed) >>> 0;
const seconds = numeric('seconds', values.seconds);
console.error(`chaos:bridge: ${seconds} s, seed ${seed}`);

async function main(stop: AbortSignal): Promise<number> {
  const report = await runBridgeChaos(await buildPeers(), {
    seconds,
    seed,
    stop,
    faults: kindsOf(values.faults),
    ...(values.verbose ? { tell: (line: string) => console.error(line) } : {}),
  });
  console.log(values.json ? JSON.stringify({ ...report, failed: failuresOf(report) }) : format(report));
  return failuresOf(report) > 0 ? 1 : 0;
}

await runHarness({
  name: 'chaos:bridge',
  act: main,
  tidyUp: async () => {
    await Machine.endAll();
    await NatsServer.killAll();
  },
});
