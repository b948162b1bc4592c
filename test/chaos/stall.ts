import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel } from './channel.js';
import type { Random } from './random.js';
import { nowNs, type Role } from './side.js';

/** Steps of a write after which a peer can stand still: odd sequence, half of the data, all of it, size, even sequence. */
export const STALL_STEPS = [1, 2, 3, 4, 5] as const;

/** When the reader joined that is to read on afterwards. */
export const JOINS = ['before', 'during', 'after'] as const;

/** A stall ends within these, in ms: short ones, and ones beyond every threshold. */
const SHORTEST_MS = 20;
const LONGEST_MS = 1500;

/** A reader that is to join during a stall needs time to start, in ms. */
const JOIN_MS = 700;

/** For how long a writer is stopped so that it is found stale, beyond the threshold, in ms. */
const STOP_MS = 200;

/** What a stall was, and from when on messages are to flow again. */
export interface StallFault {
  readonly sinceNs: bigint;
  readonly detail: string;
}

/**
 * Has `role` stand still in the middle of a write, its heart beating, and go on later. The reader is the one that was
 * there before, or is replaced while the writer stands, or just after; sometimes the writer's process is stopped as a
 * whole meanwhile, so that it was found stale and has recovered when it goes on.
 */
export async function stall(channel: Channel, role: Role, random: Random): Promise<StallFault> {
  const writer = channel.side(role);
  const reads: Role = role === 'master' ? 'slave' : 'master';
  const [step, join, stopped] = [random.pick(STALL_STEPS), random.pick(JOINS), random.integer(0, 2) === 0];
  const stopMs = stopped ? channel.settings.thresholdMs + STOP_MS : 0;
  const ms = stopMs + random.integer(join === 'during' ? JOIN_MS : SHORTEST_MS, LONGEST_MS);
  const detail = `step ${step}, ${ms} ms${stopped ? `, stopped for ${stopMs} ms` : ''}, reader joined ${join}`;
  writer.stallInWrite(step, ms);
  await channel.until(() => writer.stalledNs !== undefined || !writer.running);
  const stopping = stopped ? stopFor(channel, role, random, stopMs) : undefined;
  let openedNs = 0n;
  const replaceReader = async () => {
    await channel.side(reads).kill();
    openedNs = (await channel.start(reads)).openedNs ?? nowNs();
  };
  if (join === 'during') await replaceReader();
  await stopping;
  await channel.until(() => writer.resumedNs !== undefined || !writer.running);
  if (join === 'after') await replaceReader();
  const resumedNs = writer.resumedNs ?? nowNs();
  return { sinceNs: openedNs > resumedNs ? openedNs : resumedNs, detail };
}

/** Stops the process of `role` for so long, in the middle of its stall. */
async function stopFor(channel: Channel, role: Role, random: Random, ms: number): Promise<void> {
  const side = channel.side(role);
  await sleep(random.integer(0, 20));
  side.signal('SIGSTOP');
  await sleep(ms);
  side.signal('SIGCONT');
}
