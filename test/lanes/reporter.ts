/** Prints each test as mocha does, with the reason of each that is skipped, and leaves the rest to the summary of the run. */
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import Mocha from 'mocha';
import { repoRoot } from '../support/repo-root.js';
import { type Failure, RESULTS_FILE, type Results, reasonOf, type Skipped } from './results.js';

const { EVENT_HOOK_END, EVENT_TEST_END, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING } =
  Mocha.Runner.constants;

export default class LaneReporter extends Mocha.reporters.Spec {
  #passed = 0;
  readonly #failures: Failure[] = [];
  readonly #skipped: Skipped[] = [];
  readonly #durationsMs: Record<string, number> = {};

  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner
      .on(EVENT_TEST_PASS, () => this.#passed++)
      .on(EVENT_TEST_FAIL, (test, error) => this.#onFail(test, error))
      .on(EVENT_TEST_PENDING, (test) => this.#onSkip(test))
      .on(EVENT_TEST_END, (test) => this.#onEnd(test))
      .on(EVENT_HOOK_END, (hook) => this.#onEnd(hook));
  }

  /** In the place of mocha's own summary: there is one for all runs together. */
  override epilogue(): void {
    const results: Results = {
      passed: this.#passed,
      failures: this.#failures,
      skipped: this.#skipped,
      durationsMs: this.#durationsMs,
    };
    writeFileSync(join(process.env.ESHM_TEST_RESULTS!, RESULTS_FILE), JSON.stringify(results));
  }

  #onEnd({ file, duration = 0 }: Mocha.Runnable): void {
    if (file !== undefined) this.#durationsMs[file] = (this.#durationsMs[file] ?? 0) + duration;
  }

  #onSkip(test: Mocha.Test): void {
    const titles = test.titlePath();
    const reason = reasonOf(titles) ?? 'no reason is given';
    this.#skipped.push({ title: titles.join(' '), reason });
    console.log(`${'  '.repeat(titles.length)}  skipped because ${reason}`);
  }

  #onFail(test: Mocha.Test, error: Failure['err'] & { readonly file?: string }): void {
    const { message, stack, actual, expected, showDiff, file } = error;
    // A file that could not be loaded, or that ended its process, has no test to be told by.
    const isOfFile = file !== undefined && test.parent?.root === true;
    const titles = isOfFile ? [relative(repoRoot, file)] : test.titlePath();
    const isShown = actual !== undefined && expected !== undefined && showDiff !== false;
    this.#failures.push({
      titles,
      err: {
        message: String(message),
        stack: String(stack ?? message),
        showDiff: isShown,
        ...(isShown && { actual: shown(actual), expected: shown(expected) }),
      },
    });
    console.log(`${'  '.repeat(titles.length)}     ${String(message).split('\n')[0]}`);
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : Mocha.utils.stringify(value);
}
