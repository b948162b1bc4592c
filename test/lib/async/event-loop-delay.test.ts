import assert from 'node:assert/strict';
import { once } from 'node:events';
import { inconclusive } from '../../support/needs.js';
// It measures time.
import '../../support/quiet.js';
import type { Fared } from './child.js';
import { answerOf, channelName, closeAll, startChild } from './endpoints.js';

/** Messages a second. */
const RATE = 10_000;

/** The rate that must at least be read, as a share. */
const LEAST_SHARE = 0.9;

/** What the event loop's delay must stay under at p99, in ms. */
const LIMIT_MS = 5;

const SECONDS = 2;

/** Attempts on a machine that is too busy to tell. */
const ATTEMPTS = 5;

/**
 * A hundredth of the turns of the loop, each late by the whole limit: without a core for less than this, as a share of
 * the time, a thread cannot blame the machine for a p99 over the limit.
 */
const EXCUSING_SHARE = 0.01 * (LIMIT_MS - 1);

/** A reader by `for await`, its writer, and a process beside them that does nothing, all in one interval. */
async function run(): Promise<{ reader: Fared; idle: Fared }> {
  const name = channelName();
  const reader = startChild('delay', name, SECONDS);
  await answerOf(reader);
  const writer = startChild('write', name, RATE, SECONDS + 1);
  const idle = startChild('idle', `${SECONDS}`);
  const [fared, idleFared] = await Promise.all([answerOf<Fared>(reader), answerOf<Fared>(idle)]);
  await Promise.all([reader, writer, idle].map((child) => child.exitCode ?? once(child, 'exit')));
  return { reader: fared, idle: idleFared };
}

/** Why the machine was too busy for the figures to say anything about the library, if it was. */
function excuse({ reader, idle }: { reader: Fared; idle: Fared }): string | undefined {
  const { read, written, seconds, p99Ms, withoutCoreMs } = reader;
  if (idle.p99Ms >= LIMIT_MS) return `an idle event loop had a p99 of ${idle.p99Ms} ms`;
  if (written < 0.95 * RATE * seconds) return `the writer managed ${(written / seconds).toFixed(0)} a second`;
  const withoutCore = `the reader had no core for ${(withoutCoreMs / 10 / seconds).toFixed(1)} % of the time`;
  if (withoutCoreMs / 1000 >= EXCUSING_SHARE * seconds) return withoutCore;
  // What was written meanwhile it could not read.
  const couldRead = read + (RATE * withoutCoreMs) / 1000;
  return p99Ms < LIMIT_MS && couldRead >= LEAST_SHARE * RATE * seconds ? withoutCore : undefined;
}

describe('a loop that reads 10,000 messages a second', () => {
  afterEach(closeAll);

  // The one test with an upper bound of a time: it is what is promised. It speaks only where the machine lets it.
  it(`leaves the event loop under ${LIMIT_MS} ms of delay at p99`, async function () {
    let why: string | undefined;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const fared = await run();
      const { read, seconds, p99Ms } = fared.reader;
      const kept = read >= LEAST_SHARE * RATE * seconds && p99Ms < LIMIT_MS;
      if (kept) return;
      why = excuse(fared);
      assert.notEqual(
        why,
        undefined,
        `p99 ${p99Ms} ms, ${read / seconds} read a second: ${JSON.stringify(fared)}`,
      );
    }
    inconclusive(this, `${why}, in the last of ${ATTEMPTS} attempts`);
  });
});
