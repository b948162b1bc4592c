/** How much work a round is; chosen so that a quick run of everything ends within two minutes on two cores. */
export interface Amount {
  /** Rounds of each scenario after the warm-up, over all sittings together. */
  readonly rounds: number;
  /** How often the processes of a group with a target are started anew. */
  readonly sittings: number;
  /** When a run is longer than this, the rest of it makes do with fewer rounds, in ms. */
  readonly limitMs: number;
  /** Writes in a batch, short beside the scheduler's time slice, and batches in a round. */
  readonly writes: number;
  readonly writeBatches: number;
  /** Spinning round trips in a batch, short too, batches in a round, and trips timed singly. */
  readonly trips: number;
  readonly tripBatches: number;
  readonly timedTrips: number;
  /** Round trips in a round where each takes tens or hundreds of microseconds. */
  readonly slowTrips: number;
  /** Messages of a paced sender. */
  readonly pacedMessages: number;
  /** Messages that are sent one after the other as fast as they are read. */
  readonly streamed: number;
  /** How long a paced stream lasts, in ms. */
  readonly streamMs: number;
  /**
   * How long what sleeps most of the time warms up, in ms: a thousand messages a second are so few that V8 compiles what
   * they need for some seconds, on threads of its own, whose time is the process's too.
   */
  readonly sleepersWarmUpMs: number;
  /** How long an idle process is watched, in ms. */
  readonly idleMs: number;
  /** How long a parked reader is watched, in ms. */
  readonly parkedMs: number;
  /** Messages to a parked reader. */
  readonly wakes: number;
  /** Endpoints opened and closed. */
  readonly opens: number;
  /** Processes started in a round. */
  readonly starts: number;
}

const FULL: Amount = {
  rounds: 12,
  sittings: 4,
  limitMs: 400_000,
  writes: 10_000,
  writeBatches: 100,
  trips: 100,
  tripBatches: 1000,
  timedTrips: 20_000,
  slowTrips: 500,
  pacedMessages: 1000,
  streamed: 100_000,
  streamMs: 2000,
  sleepersWarmUpMs: 6000,
  idleMs: 2000,
  parkedMs: 60_000,
  wakes: 1000,
  opens: 20,
  starts: 8,
};

const QUICK: Amount = {
  rounds: 9,
  sittings: 3,
  limitMs: 58_000,
  writes: 10_000,
  writeBatches: 30,
  trips: 100,
  tripBatches: 200,
  timedTrips: 4000,
  slowTrips: 100,
  pacedMessages: 200,
  streamed: 10_000,
  streamMs: 700,
  sleepersWarmUpMs: 1500,
  idleMs: 500,
  parkedMs: 10_000,
  wakes: 200,
  opens: 8,
  starts: 3,
};

export function amounts(quick: boolean): Amount {
  return quick ? QUICK : FULL;
}
