/**
 * `npm run interop [-- --shm KIND]`: the nine pairings of C++, Python and TypeScript as master and as slave, with C++ and
 * Python of one kind of library: system-v, posix or posix-remembers. Unless told, it is that of ESHM_LIB, or system-v.
 *
 * Prints a table, then `N passed, N failed` alone on the last line. Exit code 0 only when all nine passed.
 */
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { buildPeers, defaultShmKind, missingTools } from '../peers/build.js';
import { cleanUp, listSegments } from '../peers/helpers.js';
import { parseShmKind, type ShmKind } from '../peers/shm-kind.js';
import { runHarness } from '../support/harness.js';
import { MESSAGE_COUNT, type Pairing, pairings, runPairing } from './pairing.js';
import { formatTable } from './table.js';

const TITLES = ['master', 'slave', 'where', 'perms', 'bytes', 'master -> slave', 'slave -> master', 'result'];

interface Outcome {
  readonly row: readonly string[];
  readonly error?: unknown;
}

async function main(stop: AbortSignal): Promise<number> {
  const asked = askedKind();
  const missing = await missingTools(['c++', 'python']);
  if (missing.length > 0) {
    console.error(
      `Cannot run the pairings: ${missing.join(' and ')} is missing; install it (apt-get install)`,
    );
    console.log(`0 passed, ${pairings.length} failed`);
    return 1;
  }
  const peers = await buildPeers({ shm: asked ?? (await defaultShmKind()) });
  const before = lying();
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
  const left = lying().filter((where) => !before.includes(where));
  if (left.length > 0)
    console.log(
      `\nSegments or files that were not there before, perhaps another program's: ${left.join(', ')}`,
    );
  console.log(`\n${outcomes.length - failures.length} passed, ${failures.length} failed`);
  return failures.length > 0 ? 1 : 0;
}

async function attempt(
  run: () => ReturnType<typeof runPairing>,
  { master, slave }: Pairing,
): Promise<Outcome> {
  try {
    const { where, perms, size, down, up } = await run();
    return {
      row: [
        master,
        slave,
        where,
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

/** The keys of all segments, and the names of all files that channels have. */
function lying(): string[] {
  const files = readdirSync('/dev/shm').filter((name) => name.startsWith('eshm_'));
  return [...listSegments().map(({ key }) => String(key)), ...files];
}

/** The kind that the command line names; ends this program where there is no such kind. */
function askedKind(): ShmKind | undefined {
  try {
    const { values } = parseArgs({ options: { shm: { type: 'string' } } });
    return values.shm === undefined ? undefined : parseShmKind(values.shm);
  } catch (error) {
    console.error(`interop: ${error instanceof Error ? error.message : error}`);
    return process.exit(2);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

await runHarness({ name: 'interop', act: main, tidyUp: cleanUp });
