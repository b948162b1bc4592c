/** `npm run torture -- [--seconds N]`: N seconds for each case; ends with `N passed, N failed`. */
import { parseArgs } from 'node:util';
import { buildPeers } from '../peers/build.js';
import { cleanUp, uniqueName } from '../peers/helpers.js';
import { runHarness } from '../support/harness.js';
import { nameOf, TORTURE_CASES, torture } from './torture.js';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '30' } } });
const seconds = Number(values.seconds);
if (!(seconds > 0)) throw new RangeError(`Cannot run: --seconds is ${values.seconds}, expected more than 0`);

async function main(stop: AbortSignal): Promise<number> {
  const peers = await buildPeers();
  let failed = 0;
  for (const oneCase of TORTURE_CASES) {
    stop.throwIfAborted();
    const { written, read, torn } = await torture(peers, oneCase, seconds, uniqueName('torture'));
    const good = torn === 0 && read > 0;
    if (!good) failed++;
    console.log(
      `${good ? 'ok  ' : 'FAIL'} ${nameOf(oneCase)}: ${written} written, ${read} read, ${torn} torn`,
    );
    await cleanUp();
  }
  console.log(`${TORTURE_CASES.length - failed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

await runHarness({ name: 'torture', act: main, tidyUp: cleanUp });
