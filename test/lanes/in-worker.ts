/**
 * Loaded before the tests of a file that runs beside others, in a process of mocha's. What came of the tests goes from there
 * to mocha as JSON, which cannot have a `bigint`: a failure that compared two would end the file, and nobody would be told
 * what failed.
 */
Object.defineProperty(BigInt.prototype, 'toJSON', {
  value(this: bigint) {
    return `${this}n`;
  },
});
