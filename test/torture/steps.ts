import { DEFAULT_MAX_DATA_SIZE } from '../../layout/index.js';
import { Random } from '../chaos/random.js';
import { buildPeers, type Peers } from '../peers/build.js';
import { cleanUp, uniqueName } from '../peers/helpers.js';
import { placeOf, type ShmKind } from '../peers/shm-kind.js';
import type { PairOptions } from './pair.js';
import { type StallResult, type StallRound, tortureWithStalls } from './stalls.js';
import { casesIn, torture } from './torture.js';

/** What a run is asked for. */
export interface TortureOptions {
  /** For all steps together. */
  readonly seconds: number;
  /** Bytes of a slot. */
  readonly sizes: readonly number[];
  /** Whether writers stand still now and then. */
  readonly stalls: boolean;
  readonly seed: number;
  /** The kind of library of the C++ peers, and so the kind of memory. */
  readonly shm: ShmKind;
  /** Ends the run before its time. */
  readonly stop?: AbortSignal;
  /** Told of each step when it is over. */
  readonly tell?: (step: StepReport) => void;
}

/** One pair, and what was found. */
export interface StepReport extends PairOptions, StallResult {
  /** Why it was left out, or what went wrong in it; `undefined` where it came to its end. */
  readonly skipped?: string;
  readonly error?: string;
}

/** Every pair with every size, in either role. */
export function stepsFor(sizes: readonly number[], shm: ShmKind): PairOptions[] {
  return sizes.flatMap((maxDataSize) =>
    casesIn(placeOf(shm)).flatMap((oneCase) =>
      (['master', 'slave'] as const).map((writes) => ({ ...oneCase, writes, maxDataSize })),
    ),
  );
}

/** Runs all steps one after the other. */
export async function runTorture(options: TortureOptions): Promise<StepReport[]> {
  const steps = stepsFor(options.sizes, options.shm);
  const random = new Random(options.seed);
  const reports: StepReport[] = [];
  // Building is no torture; a library for each size is built once.
  for (const step of steps) if (skipReason(step) === undefined) await peersFor(step, options.shm);
  const endMs = performance.now() + options.seconds * 1000;
  for (const [i, step] of steps.entries()) {
    options.stop?.throwIfAborted();
    // What one step took too long, the others have less.
    const seconds = Math.max(LEAST_S, (endMs - performance.now()) / 1000 / (steps.length - i) - START_S);
    const report = await oneStep(step, options, seconds, random);
    reports.push(report);
    options.tell?.(report);
  }
  return reports;
}

/** What a step takes at least, and to start and end its processes, in seconds. */
const LEAST_S = 0.2;
const START_S = 0.5;

const NOTHING: StallResult = { written: 0, read: 0, torn: 0, repeated: 0, rounds: [] };

const hasCpp = ({ writer, reader }: PairOptions) => writer === 'c++' || reader === 'c++';

/** Why this step cannot run, if it cannot. */
function skipReason(step: PairOptions): string | undefined {
  const isFixed = process.env.ESHM_LIB !== undefined && step.maxDataSize !== DEFAULT_MAX_DATA_SIZE;
  if (!isFixed || !hasCpp(step)) return undefined;
  return `the library of ESHM_LIB has slots of ${DEFAULT_MAX_DATA_SIZE} bytes`;
}

/** The C++ peer has to be built for the size of the slot; the TypeScript peer is told. */
function peersFor(step: PairOptions, shm: ShmKind): Promise<Peers> {
  return buildPeers(hasCpp(step) ? { maxDataSize: step.maxDataSize, shm } : { shm });
}

async function oneStep(
  step: PairOptions,
  { stalls, shm }: TortureOptions,
  seconds: number,
  random: Random,
): Promise<StepReport> {
  const skipped = skipReason(step);
  if (skipped !== undefined) return { ...step, ...NOTHING, skipped };
  const peers = await peersFor(step, shm);
  const name = uniqueName('torture');
  try {
    if (stalls) return { ...step, ...(await tortureWithStalls(peers, step, seconds, name, random)) };
    return { ...step, ...(await torture(peers, step, seconds, name)), rounds: [] };
  } catch (error) {
    return { ...step, ...NOTHING, error: String(error).replaceAll('\n', ' ') };
  } finally {
    await cleanUp();
  }
}

/** Whether a step came to its end with nothing torn and nothing read twice, and every reader read again in time. */
export function isGood({ skipped, error, read, torn, repeated, rounds }: StepReport): boolean {
  if (skipped !== undefined) return true;
  return error === undefined && read > 0 && torn === 0 && repeated === 0 && rounds.every(isGoodRound);
}

/** Whether a reader was reading again in time, as far as the machine let it. */
export function isGoodRound({ verdict }: StallRound): boolean {
  return verdict === 'reads' || verdict === 'late, but the machine stood still';
}
