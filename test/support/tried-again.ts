/**
 * For `.ci/run`, which tries a test once more that failed: says which those were, so that none fails now and then unseen.
 * `npm test` tries nothing again.
 */
export const mochaHooks = {
  beforeEach(this: Mocha.Context): void {
    const test = this.currentTest as (Mocha.Test & { currentRetry(): number }) | undefined;
    if (test !== undefined && test.currentRetry() > 0) console.warn(`TRIED AGAIN: ${test.fullTitle()}`);
  },
};
