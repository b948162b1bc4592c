import type { Bench } from '../bench.js';
import type { Driver } from '../driver.js';
import type { Round, Running } from '../scenario.js';
import { median } from '../statistics.js';

/**
 * Pause before a round trip to a peer that sleeps between two looks, in microseconds; the driver takes this to twice
 * this. Without it every trip starts at one phase of that sleep, right after the answer before, and the figure is of
 * that phase.
 */
export const PAUSE_US = 200;

/** Resumes `drivers` for each round and stops them after it. */
export function running(drivers: readonly Driver[], round: () => Promise<Round>): Running {
  for (const driver of drivers) driver.pause();
  return {
    round: async () => {
      for (const driver of drivers) driver.resume();
      const result = await round();
      for (const driver of drivers) driver.pause();
      return result;
    },
    stop: async () => {
      await Promise.all(drivers.map((driver) => driver.quit()));
    },
  };
}

/**
 * A master and a slave on one channel for the time of `work`, a new one each round; closed however it ends.
 *
 * @param slaveAs - what the other is where it is no slave: `observer` or `recorder`
 */
export async function connected<T>(
  bench: Bench,
  master: Driver,
  slave: Driver,
  order: string,
  work: (name: string) => Promise<T>,
  slaveOptions = order,
  slaveAs = 'slave',
): Promise<T> {
  const name = bench.name();
  await master.command(`open master ${name} ${order}`);
  await slave.command(`open ${slaveAs} ${name} ${slaveOptions}`);
  const close = async () => {
    for (const driver of [slave, master]) await driver.command('close');
  };
  let result: T;
  try {
    result = await work(name);
  } catch (error) {
    // The round is taken again, and a peer may refuse to open what is open.
    await close().catch(() => {});
    throw error;
  }
  await close();
  return result;
}

/**
 * A round of spinning round trips between drivers that know `ping` and `echo`: batches for the figure, because a look
 * at the clock costs a tenth of a trip, then trips timed singly for the percentiles.
 *
 * @param share - of the trips of other rows, where one takes that much longer
 */
export async function spinningRound(
  bench: Bench,
  ping: Driver,
  echo: Driver,
  size: number,
  share = 1,
): Promise<Round> {
  const { trips } = bench.amounts;
  const tripBatches = Math.ceil(bench.amounts.tripBatches * share);
  const timedTrips = Math.ceil(bench.amounts.timedTrips * share);
  const [{ batches, samplesNs }] = await Promise.all([
    (async () => {
      // The first batch of a round is its warm-up.
      const [, ...batches] = await ping.figures(`ping ${size} ${trips} ${tripBatches + 1}`);
      return { batches, samplesNs: await ping.figures(`ping ${size} 1 ${timedTrips}`) };
    })(),
    echo.command(`echo ${trips * (tripBatches + 1) + timedTrips}`),
  ]);
  return { value: median(batches), samplesNs };
}

/** A round of trips that are timed singly: `pinging` gives the figures while `echoing` answers. */
export async function timedRound(
  ping: Driver,
  pinging: string,
  echo: Driver,
  echoing: string,
): Promise<Round> {
  const [samplesNs] = await Promise.all([ping.figures(pinging), echo.command(echoing)]);
  return { value: median(samplesNs), samplesNs };
}
