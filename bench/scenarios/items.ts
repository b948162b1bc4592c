/*
 * items-write-5-ts: one Node process, the master of a channel nobody reads, makes a list of five items (counter,
 * temperature, enabled, status, source) and calls `endpoint.write(list)` with `codec: items()`, in a loop, with another
 * counter each time. items-read-5-ts: one Node process has both ends; the slave's `tryRead()` gives the items of a message,
 * of which the counter is looked at. The master wrote the first; the others are the same bytes under the next `sequence`.
 * -c: the C++ stand-in for the data handler of 1.0, which does the same through `eshm_write`, and through the protocol's
 * read by hand. -json, -msgpackr: as -ts with an object of the five values and a codec of `JSON.stringify` and `JSON.parse`,
 * and of msgpackr's `pack` and `unpack`. Batches, rounds and medians as write-SIZE-ts, with a tenth of the messages. Not
 * pinned.
 */
import { createRequire } from 'node:module';
import type { Bench } from '../bench.js';
import { Missing } from '../native.js';
import type { Running, Scenario } from '../scenario.js';
import { median } from '../statistics.js';
import { running } from './pairs.js';

/** As for writes: until the last of V8's compilers has had its turn. */
const WARM_UP_BATCHES = 30;
const WARM_UP_MESSAGES = 3_000;

const FORMATS = { ts: 'items', json: 'json', msgpackr: 'msgpackr', c: '' } as const;

async function timed(bench: Bench, way: 'write' | 'read', who: keyof typeof FORMATS): Promise<Running> {
  if (who === 'msgpackr' && !isInstalled('msgpackr')) throw new Missing('install msgpackr');
  const driver = who === 'c' ? bench.native() : bench.node();
  const command = (count: number, batches: number) =>
    `items-${way} ${bench.name()} ${FORMATS[who]} ${count} ${batches}`.replace(/ +/g, ' ');
  const { writes, writeBatches } = bench.amounts;
  await driver.command(command(WARM_UP_MESSAGES, WARM_UP_BATCHES));
  return running([driver], async () => {
    const [, ...figures] = await driver.figures(command(writes / 10, writeBatches + 1));
    return { value: median(figures) };
  });
}

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}

export const itemRows: readonly Scenario[] = (['write', 'read'] as const).flatMap((way) =>
  (['ts', 'c', 'json', 'msgpackr'] as const).map(
    (who): Scenario => ({
      id: `items-${way}-5-${who}`,
      group: `items-${way}-5`,
      unit: 'ns',
      start: (bench) => timed(bench, way, who),
    }),
  ),
);
