/** What makes a time of the monotonic clock one of the wall clock as it was when this was loaded, in ns. */
const REFERENCE_NS =
  BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n - process.hrtime.bigint();

/** Now, in ns since the epoch: never runs backwards, whatever is done to the wall clock. */
export function nowNs(): bigint {
  return process.hrtime.bigint() + REFERENCE_NS;
}
