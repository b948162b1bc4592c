import { dead, Memory, ownMemory, Views } from './memory.js';
import { recordPort } from './ports.js';
import type { AnyRecord } from './record.js';

/** Accessors, and the memory that they work on. */
export interface Accessors {
  readonly memory: Memory;
  readonly live: object;
}

/** Accessors of one record that are used again, by one endpoint after the other. */
interface Pool {
  /** Over memory of their own, not in use. */
  readonly own: Accessors[];
  /** Over memory of others; the first is the one that is used unless looks are within looks. */
  readonly foreign: Accessors[];
  /** What accessors over memory of others look at between two looks: it throws. */
  readonly nowhere: Views;
}

/**
 * V8 makes code for the shapes of accessors that a callback has met, and for four of them at most; so an endpoint takes
 * accessors that another has given back. One per thread and record.
 */
const pools = new WeakMap<AnyRecord, Pool>();

function poolOf(record: AnyRecord): Pool {
  let pool = pools.get(record);
  if (pool === undefined) {
    pool = { own: [], foreign: [], nowhere: nowhereFor(record) };
    pools.set(record, pool);
  }
  return pool;
}

function nowhereFor({ name, size }: AnyRecord): Views {
  const refuse = () => {
    throw dead(name);
  };
  return new Views(new Uint8Array(new ArrayBuffer(size)), new Proxy({}, { get: refuse, set: refuse }));
}

/** Takes accessors over memory of their own, all 0. */
export function takeOwn(record: AnyRecord): Accessors {
  const known = poolOf(record).own.pop();
  if (known !== undefined) {
    known.memory.now.u8.fill(0);
    return known;
  }
  const memory = ownMemory(record.size, record.name);
  return { memory, live: recordPort(record, memory, 0, record.name).get() };
}

/** Gives them back; whoever does must not use them again. */
export function giveBackOwn(record: AnyRecord, accessors: Accessors): void {
  poolOf(record).own.push(accessors);
}

/** The accessors over memory of others for a look that is within `depth` looks at this record. */
export function foreignOf(record: AnyRecord, depth: number): Accessors {
  const pool = poolOf(record);
  for (let i = pool.foreign.length; i <= depth; i++) {
    const memory = new Memory(pool.nowhere, record.name, true);
    pool.foreign.push({ memory, live: recordPort(record, memory, 0, record.name).get() });
  }
  return pool.foreign[depth]!;
}

/** What the accessors of {@link foreignOf} look at between two looks. */
export function nowhereOf(record: AnyRecord): Views {
  return poolOf(record).nowhere;
}
