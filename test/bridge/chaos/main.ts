/** `npm run chaos:bridge -- [--seconds N] [--seed N] [--faults KIND,KIND] [--json] [--verbose]` */
import { chaosArguments, refuse } from '../../chaos/arguments.js';
import { buildPeers } from '../../peers/build.js';
import { runHarness } from '../../support/harness.js';
import { Machine, missingNamespaces } from '../machine.js';
import { missingNats, NatsServer } from '../nats-server.js';
import { FAULTS } from './faults.js';
import { failuresOf, format } from './report.js';
import { runBridgeChaos } from './runner.js';

const missing = missingNats() ?? missingNamespaces();
if (missing !== undefined) refuse('chaos:bridge', missing);
const { json, ...asked } = chaosArguments('chaos:bridge', FAULTS);

async function main(stop: AbortSignal): Promise<number> {
  const report = await runBridgeChaos(await buildPeers(), { ...asked, stop });
  console.log(json ? JSON.stringify({ ...report, failed: failuresOf(report) }) : format(report));
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
