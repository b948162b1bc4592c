/** What two bridges of a channel tell each other of themselves, on its `.state`: one JSON object a message. */
import type { End } from './subjects.js';

/** `claim`: wants the end; `beat`: has it; `bye`: leaves it. */
export type PresenceKind = 'claim' | 'beat' | 'bye';

/** One message of presence. */
export interface Presence {
  readonly v: 1;
  readonly kind: PresenceKind;
  readonly end: End;
  /** The bridge: new with every start. */
  readonly id: string;
  /** Whether the peer on its machine lives: the master at the near end, the slave at the far end. */
  readonly alive: boolean;
  /** Whether it is in the channel and takes messages. */
  readonly open: boolean;
  /** Number of its stay in the channel, while it is open: whoever carries to it begins anew with each; else 0. */
  readonly stay: number;
  /** What tells one start of that peer from the next; 0 where that is not known. */
  readonly peer: number;
  /** `masterGeneration` on its machine; 0 where that is not known. */
  readonly generation: number;
  /** Stale threshold on its machine in ms; 0 where that is not known. */
  readonly staleThresholdMs: number;
  /** Without another message for this long it is gone, in ms. */
  readonly leaseMs: number;
}

const KINDS: readonly string[] = ['claim', 'beat', 'bye'];

/** Longest lease that is believed, in ms. */
const LONGEST_LEASE_MS = 60_000;

/** The presence in a message, or `undefined` where it is none. */
export function parsePresence(bytes: Uint8Array): Presence | undefined {
  if (bytes.length > 1024) return undefined;
  let found: Partial<Presence> | null;
  try {
    found = JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
  if (typeof found !== 'object' || found === null || found.v !== 1) return undefined;
  const { kind, end, id, alive, open, stay, peer, generation, staleThresholdMs, leaseMs } = found;
  if (!KINDS.includes(kind!) || (end !== 'near' && end !== 'far')) return undefined;
  if (typeof id !== 'string' || !/^[\w-]{1,64}$/.test(id)) return undefined;
  if (typeof alive !== 'boolean' || typeof open !== 'boolean') return undefined;
  if (!isWord(stay) || !isWord(peer) || !isWord(generation) || !isWord(staleThresholdMs) || !isWord(leaseMs))
    return undefined;
  if (leaseMs < 1 || leaseMs > LONGEST_LEASE_MS) return undefined;
  return { v: 1, kind: kind!, end, id, alive, open, stay, peer, generation, staleThresholdMs, leaseMs };
}

function isWord(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 32;
}
