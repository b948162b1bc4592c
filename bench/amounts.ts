/** How much work a round is; chosen so that a quick run of everything ends within a minute on two cores. */
export interface Amount {
  /** Rounds of each scenario after the warm-up. */
  readonly rounds: number;
  /** Writes in a batch, and batches in a round. */
  readonly writes: number;
  readonly writeBatches: number;
  /** Spinning round trips in a batch, batches in a round, and trips timed singly. */
  readonly trips: number;
  readonly tripBatches: number;
  readonly timedTrips: number;
  /** Round trips in a round where each takes tens or hundreds of microseconds. */
  readonly slowTrips: number;
  /** Messages of a paced sender. */
  readonly pacedMessages: number;
  /** Messages that are sent one after the other as fast as they are read. */
  readonly streamed: number;
  /** How long an idle process is watched, in ms. */
  readonly idleMs: number;
  /** How long a run may wait in all for the two cores to be apart (see distance.ts), in ms. */
  readonly patienceMs: number;
  /** Endpoints opened and closed. */
  readonly opens: number;
}

const FULL: Amount = {
  rounds: 9,
  writes: 200_000,
  writeBatches: 9,
  trips: 1000,
  tripBatches: 100,
  timedTrips: 20_000,
  slowTrips: 500,
  pacedMessages: 1000,
  streamed: 100_000,
  idleMs: 2000,
  patienceMs: 120_000,
  opens: 20,
};

const QUICK: Amount = {
  rounds: 5,
  writes: 100_000,
  writeBatches: 5,
  trips: 1000,
  tripBatches: 40,
  timedTrips: 5000,
  slowTrips: 150,
  pacedMessages: 250,
  streamed: 20_000,
  idleMs: 700,
  patienceMs: 12_000,
  opens: 8,
};

export function amounts(quick: boolean): Amount {
  return quick ? QUICK : FULL;
}
