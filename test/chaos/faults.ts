import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel } from './channel.js';
import type { Random } from './random.js';
import { nowNs, type Role, type Side } from './side.js';
import { stall } from './stall.js';

/** What can happen to a channel. */
export const FAULTS = [
  'kill master',
  'kill slave',
  'stop master',
  'stop slave',
  'death at step 1',
  'death at step 2',
  'death at step 3',
  'death at step 4',
  'death at step 5',
  'death at step 6',
  'remove segment',
  'block event loop',
  'stall',
] as const;

export type FaultKind = (typeof FAULTS)[number];

/** One fault, and what came of it. */
export interface Incident {
  readonly kind: FaultKind;
  readonly pairing: string;
  readonly role: Role;
  /** From the restart (or from the end of the fault, where nothing was restarted) to the first good message, ms. */
  readonly recoveryMs: number | undefined;
  /** How long the new process took to open, in ms; 0 where none was started. */
  readonly startMs: number;
  /** Stale threshold + two retry intervals + start. */
  readonly boundMs: number;
  /** How long the machine had no core for the runner meanwhile, in ms. */
  readonly lagMs: number;
  /** What else is to be known of it; empty where the kind says all. */
  readonly detail: string;
  /** The other side took a blocked event loop for a dead process. */
  readonly noticed: boolean;
}

const ms = (ns: bigint) => Number(ns) / 1e6;

/** Does `kind` to `channel` and waits until messages go both ways again. */
export async function inflict(kind: FaultKind, channel: Channel, random: Random): Promise<Incident> {
  const role = roleFor(kind, channel, random);
  switch (kind) {
    case 'kill master':
    case 'kill slave':
      await channel.side(role).kill();
      return restarted(kind, channel, role, random);
    case 'stop master':
    case 'stop slave':
      return stopped(kind, channel, role, random);
    case 'remove segment':
      return removed(kind, channel, random);
    case 'block event loop':
      return blocked(kind, channel, role, random);
    case 'stall':
      return stalled(kind, channel, role, random);
    default:
      await channel.side(role).dieInWrite(Number(kind.slice(-1)));
      return restarted(kind, channel, role, random);
  }
}

function roleFor(kind: FaultKind, channel: Channel, random: Random): Role {
  const fixed = /master|slave/.exec(kind)?.[0] as Role | undefined;
  if (fixed !== undefined) return fixed;
  const roles: Role[] = ['master', 'slave'];
  const able = roles.filter((role) => channel.languages[role] === 'typescript');
  return random.pick(kind === 'block event loop' ? able : roles);
}

async function restarted(kind: FaultKind, channel: Channel, role: Role, random: Random): Promise<Incident> {
  // Sometimes before the other side has noticed, sometimes well after.
  await sleep(random.integer(0, 2 * channel.settings.thresholdMs));
  const side = await channel.start(role);
  return incident(kind, channel, role, side.spawnedNs, side);
}

async function stopped(kind: FaultKind, channel: Channel, role: Role, random: Random): Promise<Incident> {
  const side = channel.side(role);
  side.signal('SIGSTOP');
  await sleep(channel.settings.thresholdMs + random.integer(30, 250));
  const sinceNs = nowNs();
  side.signal('SIGCONT');
  return incident(kind, channel, role, sinceNs);
}

async function removed(kind: FaultKind, channel: Channel, random: Random): Promise<Incident> {
  channel.removeSegment();
  // Those who are attached go on in it.
  if ((await channel.flows(nowNs())) === undefined) return incident(kind, channel, 'master', nowNs());
  await channel.side('master').kill();
  return restarted(kind, channel, 'master', random);
}

async function blocked(kind: FaultKind, channel: Channel, role: Role, random: Random): Promise<Incident> {
  const [side, other] = [channel.side(role), channel.side(role === 'master' ? 'slave' : 'master')];
  const staleBefore = other.staleNs.length;
  side.unblockedNs = undefined;
  side.isStanding = true;
  side.tell(`block ${channel.settings.thresholdMs * random.integer(2, 6)}`);
  const sinceNs = await channel.unblocked(side);
  return { ...(await incident(kind, channel, role, sinceNs)), noticed: other.staleNs.length > staleBefore };
}

async function stalled(kind: FaultKind, channel: Channel, role: Role, random: Random): Promise<Incident> {
  const { sinceNs, detail } = await stall(channel, role, random);
  return { ...(await incident(kind, channel, role, sinceNs)), detail };
}

async function incident(
  kind: FaultKind,
  channel: Channel,
  role: Role,
  sinceNs: bigint,
  started?: Side,
): Promise<Incident> {
  const atNs = await channel.flows(sinceNs);
  const { thresholdMs, retryMs } = channel.settings;
  const startMs = started === undefined ? 0 : ms((started.openedNs ?? nowNs()) - started.spawnedNs);
  return {
    kind,
    pairing: channel.pairing,
    role,
    recoveryMs: atNs === undefined ? undefined : ms(atNs - sinceNs),
    startMs,
    boundMs: thresholdMs + 2 * retryMs + startMs,
    lagMs: 0,
    detail: '',
    noticed: false,
  };
}
