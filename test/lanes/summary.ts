/** What is said at the end of a run of the tests. */
import Mocha from 'mocha';
import type { Failure, Results, Skipped } from './results.js';

/** A run that has found nothing, or nothing but that it failed as a whole. */
export function noResults(failure?: string): Results {
  const failures: Failure[] =
    failure === undefined
      ? []
      : [{ titles: ['the run'], err: { message: failure, stack: failure, showDiff: false } }];
  return { passed: 0, failures, skipped: [], durationsMs: {} };
}

/** The results of several runs as those of one. */
export function together(runs: readonly Results[]): Results {
  return {
    passed: runs.reduce((sum, { passed }) => sum + passed, 0),
    failures: runs.flatMap(({ failures }) => failures),
    skipped: runs.flatMap(({ skipped }) => skipped),
    durationsMs: Object.assign({}, ...runs.map(({ durationsMs }) => durationsMs)),
  };
}

/** Prints why tests were skipped, what failed, how long it took, and alone on the last line the counts. */
export function printSummary({ passed, failures, skipped }: Results, tookMs: number): void {
  for (const line of skippedLines(skipped)) console.log(line);
  if (failures.length > 0) {
    console.log('Failed:');
    const tests = failures.map(({ titles, err }) => ({ titlePath: () => titles, err }));
    Mocha.reporters.Base.list(tests as unknown as Mocha.Test[]);
  }
  if (passed + failures.length + skipped.length === 0)
    console.log('No test was run: there is none of that name.');
  console.log(`Took ${Math.floor(tookMs / 60_000)} min ${Math.floor((tookMs % 60_000) / 1000)} s.`);
  console.log(`${passed} passed, ${failures.length} failed, ${skipped.length} skipped`);
}

/** Each reason once, with the tests that it is the reason of. */
function skippedLines(skipped: readonly Skipped[]): string[] {
  const reasons = [...new Set(skipped.map(({ reason }) => reason))];
  return reasons.flatMap((reason) => [
    `Skipped because ${reason}:`,
    ...skipped.filter((test) => test.reason === reason).map(({ title }) => `  ${title}`),
    '',
  ]);
}
