import { FITS, isBool, isF32, isI8, isI16, isI32, isI64, isU8, isU16, isU32, isU64, misfit } from './fits.js';
import type { ScalarName } from './kinds.js';
import { dead as deadAccessor, type Life, type Memory } from './memory.js';

/** One field of one record in memory, each way. */
export interface Port<T = unknown> {
  /** What an accessor has. Throws ESHM_CLOSED once the memory's life is over. */
  readonly get: () => T;
  /** Sets it, or throws what is wrong with the value and leaves all as it was. */
  readonly set: (value: never) => void;
  /** A copy for a snapshot. */
  readonly copy: () => unknown;
}

const port = <T>(get: () => T, set: (value: never) => void): Port<T> => ({ get, set, copy: get });

/**
 * Makes the port to element `index` of `array`.
 *
 * @param dead - throws, for an accessor whose callback has returned
 * @param wrong - throws what is wrong with a value
 */
type MakePort<A, V> = (
  array: A,
  index: number,
  life: Life,
  dead: () => never,
  wrong: (value: V) => never,
) => Port;

/*
 * Hot path: the fields that are aligned. Each kind has closures of its own, because closures of one origin share what V8
 * has learnt about the arrays they met. What they use are parameters, which are constants of each closure: V8 makes of a
 * field that is set in an inlined accessor one store to a known place. (A `const` would be asked at every use whether it
 * is there yet.)
 *
 * The setter of f64 and all getters are at most 27 bytes of bytecode: V8 inlines such whatever else it has inlined, and
 * larger ones only until 920 bytes are spent, of which an update takes most. So a setter does not ask whether its callback
 * has returned: what it sets is this endpoint's own memory. Node 20.20, 2026-11: eight fields in 2 ns instead of 24.
 */

const makeF64: MakePort<Float64Array, number> = (array, index, life, dead, wrong) =>
  port(
    () => (life.isAlive ? array[index]! : dead()),
    (v: number) => {
      if (typeof v !== 'number') wrong(v);
      array[index] = v;
    },
  );

const makeF32: MakePort<Float32Array, number> = (array, index, life, dead, wrong) =>
  port(
    () => (life.isAlive ? array[index]! : dead()),
    (v: number) => {
      if (!isF32(v)) wrong(v);
      array[index] = v;
    },
  );

const makeU8: MakePort<Uint8Array, number> = (array, index, life, dead, wrong) =>
  port(
    () => (life.isAlive ? array[index]! : dead()),
    (v: number) => {
      if (!isU8(v)) wrong(v);
      array[index] = v;
    },
  );

const makeI8: MakePort<Int8Array, number> = (array, index, life, dead, wrong) =>
  port(
    () => (life.isAlive ? array[index]! : dead()),
    (v: number) => {
      if (!isI8(v)) wrong(v);
      array[index] = v;
    },
  );

const makeU16: MakePort<Uint16Array, number> = (array, index, life, dead, wrong) =>
  port(
    () => (life.isAlive ? array[index]! : dead()),
    (v: number) => {
      if (!isU16(v)) wrong(v);
      array[index] = v;
    },
  );

const makeI16: MakePort<Int16Array, number> = (array, index, life, dead, wrong) =>
  port(
    () => (life.isAlive ? array[index]! : dead()),
    (v: number) => {
      if (!isI16(v)) wrong(v);
      array[index] = v;
    },
  );

const makeU32: MakePort<Uint32Array, number> = (array, index, life, dead, wrong) =>
  port(
    () => (life.isAlive ? array[index]! : dead()),
    (v: number) => {
      if (!isU32(v)) wrong(v);
      array[index] = v;
    },
  );

const makeI32: MakePort<Int32Array, number> = (array, index, life, dead, wrong) =>
  port(
    () => (life.isAlive ? array[index]! : dead()),
    (v: number) => {
      if (!isI32(v)) wrong(v);
      array[index] = v;
    },
  );

const makeU64: MakePort<BigUint64Array, bigint> = (array, index, life, dead, wrong) =>
  port(
    () => (life.isAlive ? array[index]! : dead()),
    (v: bigint) => {
      if (!isU64(v)) wrong(v);
      array[index] = v;
    },
  );

const makeI64: MakePort<BigInt64Array, bigint> = (array, index, life, dead, wrong) =>
  port(
    () => (life.isAlive ? array[index]! : dead()),
    (v: bigint) => {
      if (!isI64(v)) wrong(v);
      array[index] = v;
    },
  );

const makeBool: MakePort<Uint8Array, boolean> = (array, index, life, dead, wrong) =>
  port(
    () => (life.isAlive ? array[index] !== 0 : dead()),
    (v: boolean) => {
      if (!isBool(v)) wrong(v);
      array[index] = v ? 1 : 0;
    },
  );

/** Makes each kind's port to memory of this endpoint's own. */
const OWN = {
  u8: makeU8,
  i8: makeI8,
  u16: makeU16,
  i16: makeI16,
  u32: makeU32,
  i32: makeI32,
  u64: makeU64,
  i64: makeI64,
  f32: makeF32,
  f64: makeF64,
  bool: makeBool,
};

/**
 * Makes the getters of what another has written. Whose bytes they are is exchanged from one look to the next, so all
 * endpoints have the same accessors, and a function that looks meets one shape. Between two looks the arrays are ones that
 * throw, so nothing has to be asked.
 */
const FOREIGN: Readonly<Record<ScalarName, (memory: Memory, index: number) => () => unknown>> = {
  u8: (memory, index) => () => memory.now.u8[index],
  i8: (memory, index) => () => memory.now.i8[index],
  u16: (memory, index) => () => memory.now.u16[index],
  i16: (memory, index) => () => memory.now.i16[index],
  u32: (memory, index) => () => memory.now.u32[index],
  i32: (memory, index) => () => memory.now.i32[index],
  u64: (memory, index) => () => memory.now.u64[index],
  i64: (memory, index) => () => memory.now.i64[index],
  f32: (memory, index) => () => memory.now.f32[index],
  f64: (memory, index) => () => memory.now.f64[index],
  bool: (memory, index) => () => memory.now.u8[index] !== 0,
};

function alignedPort(type: ScalarName, size: number, memory: Memory, at: number, label: string): Port {
  const index = at / size;
  const wrong = (value: unknown) => {
    throw misfit(type, label, value);
  };
  if (memory.isForeign) return port(FOREIGN[type](memory, index), wrong);
  const dead = () => {
    throw deadAccessor(memory.owner);
  };
  const make = OWN[type] as unknown as MakePort<Float64Array, unknown>;
  const array = memory.now[type === 'bool' ? 'u8' : type] as Float64Array;
  return make(array, index, memory.life, dead, wrong);
}

/** How a number that may lie anywhere is loaded and stored; little-endian, as all of the protocol. */
export interface Access {
  load(view: DataView, at: number): unknown;
  store(view: DataView, at: number, value: never): void;
}

/** Loads and stores of each kind at any offset. */
export const ACCESS: Readonly<Record<ScalarName, Access>> = {
  u8: { load: (view, at) => view.getUint8(at), store: (view, at, v) => view.setUint8(at, v) },
  i8: { load: (view, at) => view.getInt8(at), store: (view, at, v) => view.setInt8(at, v) },
  u16: { load: (view, at) => view.getUint16(at, true), store: (view, at, v) => view.setUint16(at, v, true) },
  i16: { load: (view, at) => view.getInt16(at, true), store: (view, at, v) => view.setInt16(at, v, true) },
  u32: { load: (view, at) => view.getUint32(at, true), store: (view, at, v) => view.setUint32(at, v, true) },
  i32: { load: (view, at) => view.getInt32(at, true), store: (view, at, v) => view.setInt32(at, v, true) },
  u64: {
    load: (view, at) => view.getBigUint64(at, true),
    store: (view, at, v) => view.setBigUint64(at, v, true),
  },
  i64: {
    load: (view, at) => view.getBigInt64(at, true),
    store: (view, at, v) => view.setBigInt64(at, v, true),
  },
  f32: {
    load: (view, at) => view.getFloat32(at, true),
    store: (view, at, v) => view.setFloat32(at, v, true),
  },
  f64: {
    load: (view, at) => view.getFloat64(at, true),
    store: (view, at, v) => view.setFloat64(at, v, true),
  },
  bool: { load: (view, at) => view.getUint8(at) !== 0, store: (view, at, v) => view.setUint8(at, v ? 1 : 0) },
};

/** A port to a scalar at `at` bytes into `memory`. */
export function scalarPort(type: ScalarName, size: number, memory: Memory, at: number, label: string): Port {
  if (at % size === 0) return alignedPort(type, size, memory, at, label);
  const { life, owner } = memory;
  const { load, store } = ACCESS[type];
  const fits = FITS[type];
  return port(
    () => {
      if (!life.isAlive) throw deadAccessor(owner);
      return load(memory.now.view, at);
    },
    (v: never) => {
      if (!life.isAlive) throw deadAccessor(owner);
      if (!fits(v)) throw misfit(type, label, v);
      store(memory.now.view, at, v);
    },
  );
}
