/** When a writer writes: what the native driver's `jittered` is told. */
export interface Pace {
  /** Messages a second, on average. */
  readonly perSecond: number;
  /** How long it waits after each message, so many times, and over again. */
  readonly gaps: readonly (readonly [times: number, ns: number])[];
  /** Each message is up to this early or late. */
  readonly jitterNs: number;
  /** How much of what it is late by, for want of a core, it makes up for. */
  readonly lagNs: number;
  /** How long it takes until everything about it has happened; 0 where every message is like the others. */
  readonly leastMs: number;
}

/** A message each period, up to the share `jitter` of it early or late. */
export function steady(perSecond: number, jitter = 0.1): Pace {
  const periodNs = 1e9 / perSecond;
  return {
    perSecond,
    gaps: [[1, Math.round(periodNs)]],
    jitterNs: Math.floor(jitter * periodNs),
    lagNs: Math.round(2 * jitter * periodNs),
    leastMs: 0,
  };
}

/** 1000 messages a second in bursts of ten: a fifth of a millisecond apart, then nothing until ten milliseconds are over. */
export const bursts: Pace = {
  perSecond: 1000,
  gaps: [
    [9, 200_000],
    [1, 8_200_000],
  ],
  jitterNs: 20_000,
  lagNs: 200_000,
  leastMs: 0,
};

/** 1000 messages a second on average: a second of 1000, one of 500, one of 1500, with a tenth of the shortest gap of jitter. */
export const changing: Pace = {
  perSecond: 1000,
  gaps: [
    [1000, 1_000_000],
    [500, 2_000_000],
    [1500, 666_667],
  ],
  jitterNs: 66_667,
  lagNs: 200_000,
  leastMs: 3000,
};

/** How many messages it writes within `ms`, or in the time that it needs. */
export function countWithin(pace: Pace, ms: number): number {
  return Math.ceil((pace.perSecond * Math.max(ms, pace.leastMs)) / 1000);
}

/** The command of the native driver that writes so many messages at this pace. */
export function writing({ gaps, jitterNs, lagNs }: Pace, count: number): string {
  return `jittered ${count} ${jitterNs} ${lagNs} ${gaps.map(([times, ns]) => `${times}x${ns}`).join(',')}`;
}
