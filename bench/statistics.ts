/** The middle value; the mean of the middle two. `NaN` for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle]!;
  return (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Latency marks of a row, in ns. */
export interface Percentiles {
  readonly p1: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** The marks of these samples, each one of them (nearest rank); `undefined` for none. */
export function percentilesOf(samplesNs: readonly number[]): Percentiles | undefined {
  if (samplesNs.length === 0) return undefined;
  const sorted = Float64Array.from(samplesNs).sort();
  const at = (perMille: number) => sorted[Math.ceil((perMille * sorted.length) / 1000) - 1]!;
  return {
    p1: at(10),
    p25: at(250),
    p50: at(500),
    p75: at(750),
    p99: at(990),
    p999: at(999),
    max: at(1000),
  };
}
