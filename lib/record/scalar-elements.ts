import { FITS, misfit } from './fits.js';
import type { ScalarName } from './kinds.js';
import type { Elements } from './live-array.js';
import { dead, type Memory, type Views } from './memory.js';
import { ACCESS } from './scalars.js';

/** A typed array of numbers that fit into an array of any type; what it has is what the elements are. */
type Numbers = { readonly length: number; [index: number]: unknown } & Pick<Uint8Array, 'set'>;

/** The elements of an array of numbers or flags: one by one through a DataView, all at once through a typed array. */
export function scalarElements(
  type: ScalarName,
  size: number,
  length: number,
  memory: Memory,
  at: number,
  label: string,
): Elements {
  const { life, owner } = memory;
  const { load, store } = ACCESS[type];
  const fits = FITS[type] as (value: unknown) => boolean;
  const isBool = type === 'bool';
  const numbers = isBool ? 'u8' : type;
  const get = (i: number) => {
    if (!life.isAlive) throw dead(owner);
    return load(memory.now.view, at + i * size);
  };
  /** Those of the memory itself where they are aligned, else a copy of them. */
  const window = (): Numbers => {
    const { now } = memory;
    const first = at / size;
    if (at % size === 0) return now[numbers].subarray(first, first + length) as unknown as Numbers;
    return copyOf(now, numbers, at, length * size);
  };
  return {
    length,
    get,
    set: (i, value) => {
      if (!life.isAlive) throw dead(owner);
      if (!fits(value)) throw misfit(type, `${label}[${i}]`, value);
      store(memory.now.view, at + i * size, value);
    },
    copy: get,
    copyAll: () => {
      if (!life.isAlive) throw dead(owner);
      return isBool ? flagsIn(window()) : valuesIn(window());
    },
    setAll: (values) => {
      if (!life.isAlive) throw dead(owner);
      // Of the same type, so each of them fits.
      if (!isBool && (values as object).constructor === memory.now[numbers].constructor) {
        memory.now.u8.set(bytesOf(values as never), at);
        return;
      }
      for (let i = 0; i < length; i++) if (!fits(values[i])) throw misfit(type, `${label}[${i}]`, values[i]);
      const target = window();
      for (let i = 0; i < length; i++) target[i] = isBool ? Number(values[i]) : values[i];
      if (at % size !== 0) memory.now.u8.set(bytesOf(target), at);
    },
  };
}

type NumberType = Exclude<ScalarName, 'bool'>;

function copyOf(now: Views, type: NumberType, at: number, bytes: number): Numbers {
  const Type = now[type].constructor as new (buffer: ArrayBuffer) => Numbers;
  return new Type(now.u8.slice(at, at + bytes).buffer as ArrayBuffer);
}

function bytesOf(numbers: Numbers): Uint8Array {
  const { buffer, byteOffset, byteLength } = numbers as unknown as Uint8Array;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function valuesIn(numbers: Numbers): unknown[] {
  const { length } = numbers;
  const values = new Array<unknown>(length);
  for (let i = 0; i < length; i++) values[i] = numbers[i];
  return values;
}

function flagsIn(numbers: Numbers): boolean[] {
  const { length } = numbers;
  const values = new Array<boolean>(length);
  for (let i = 0; i < length; i++) values[i] = numbers[i] !== 0;
  return values;
}
