/**
 * `npm run interop`: the nine pairings of C++, Python and TypeScript as master and as slave.
 *
 * Prints a table, then `N passed, N failed` alone on the last line. Exit code 0 only when all nine passed and the
 * kernel's list of segments is as it was.
 */
import { buildPeers, missingTools } from '../peers/build.js';
import { cleanUp, listSegments } from '../peers/helpers.js';
import { runHarness } from '../support/harness.js';
import { MESSAGE_COUNT, type Pairing, pairings, runPairing } from './pairing.js';
import { formatTable } from './table.js';

const TITLES = ['master', 'slave', 'key', 'perms', 'bytes', 'master -> slave', 'slave -> master', 'result'];

interface Outcome {
  readonly row: readonly string[];
  readonly error?: unknown;
}

async function main(stop: AbortSignal): Promise<number> {
  const missing = await missingTools(['c++', 'python']);
  if (missing.length > 0) {
    console.error(
      `Cannot run the pairings: ${missing.join(' and ')} is missing; install it (apt-get install)`,
    );
    console.log(`0 passed, ${pairings.length} failed`);
    return 1;
  }
  const peers = await buildPeers();
  const before = segmentKeys();
  const outcomes: Outcome[] = [];
  for (const pairing of pairings) {
    stop.throwIfAborted();
    outcomes.push(await attempt(() => runPairing(peers, pairing), pairing));
  }
  await cleanUp();
  console.log(
    formatTable(
      TITLES,
      outcomes.map((outcome) => outcome.row),
    ),
  );
  const failures = outcomes.filter((outcome) => outcome.error !== undefined);
  for (const { row, error } of failures)
    console.log(`\n${row[0]} master, ${row[1]} slave: ${describe(error)}`);
  const left = segmentKeys().filter((key) => !before.includes(key));
  if (left.length > 0)
    console.log(`\nSegments that were not there before, perhaps another program's: ${left.join(', ')}`);
  console.log(`\n${outcomes.length - failures.length} passed, ${failures.length} failed`);
  return failures.length > 0 ? 1 : 0;
}

async function attempt(
  run: () => ReturnType<typeof runPairing>,
  { master, slave }: Pairing,
): Promise<Outcome> {
  try {
    const { key, perms, size, down, up } = await run();
    const hex = `0x${(key >>> 0).toString(16).padStart(8, '0')}`;
    return {
      row: [
        master,
        slave,
        hex,
        perms,
        String(size),
        `${down}/${MESSAGE_COUNT}`,
        `${up}/${MESSAGE_COUNT}`,
        'ok',
      ],
    };
  } catch (error) {
    return { row: [master, slave, '', '', '', '', '', 'FAILED'], error };
  }
}

function segmentKeys(): number[] {
  return listSegments().map((segment) => segment.key);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

await runHarness({ name: 'interop', act: main, tidyUp: cleanUp });
