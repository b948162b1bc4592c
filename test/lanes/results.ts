/** What a run of mocha leaves for the summary. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A test that failed, or a hook. */
export interface Failure {
  /** Titles of the suites, and its own. */
  readonly titles: readonly string[];
  readonly err: {
    readonly message: string;
    readonly stack: string;
    readonly showDiff: boolean;
    readonly actual?: string;
    readonly expected?: string;
  };
}

/** A test that was not run. */
export interface Skipped {
  readonly title: string;
  readonly reason: string;
}

export interface Results {
  readonly passed: number;
  readonly failures: readonly Failure[];
  readonly skipped: readonly Skipped[];
  /** By compiled test file: what its tests and hooks took, in ms. */
  readonly durationsMs: Readonly<Record<string, number>>;
}

/** In the folder of ESHM_TEST_RESULTS: the results of one run, as JSON. */
export const RESULTS_FILE = 'results.json';

/** There too: why tests were skipped, a line for each time. */
const REASONS_FILE = 'reasons.jsonl';

/** Why a test, or all of a suite, is skipped. */
interface Reason {
  readonly titles: readonly string[];
  readonly reason: string;
}

/**
 * Notes why the test or the suite with these titles is skipped. Mocha has no place for it, and its workers hand over
 * nothing but what it knows.
 *
 * @returns whether somebody reads it
 */
export function noteReason(titles: readonly string[], reason: string): boolean {
  const folder = process.env.ESHM_TEST_RESULTS;
  if (folder === undefined) return false;
  appendFileSync(join(folder, REASONS_FILE), `${JSON.stringify({ titles, reason } satisfies Reason)}\n`);
  return true;
}

/** Why the test with these titles was skipped: the last that was noted for it, or for a suite that it is in. */
export function reasonOf(titles: readonly string[]): string | undefined {
  const file = join(process.env.ESHM_TEST_RESULTS!, REASONS_FILE);
  if (!existsSync(file)) return undefined;
  const reasons: Reason[] = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  return reasons.findLast((noted) => noted.titles.every((title, i) => title === titles[i]))?.reason;
}
