import { wrongType } from './faults.js';
import type { ArrayKind, EnumerationKind, FlagsKind, Kind, ScalarKind, TextKind } from './kinds.js';
import { type Elements, liveArray } from './live-array.js';
import { dead, type Memory, onlyLooks } from './memory.js';
import { enumerationPort, flagsPort } from './named-ports.js';
import { scalarElements } from './scalar-elements.js';
import { ACCESS, type Port, scalarPort } from './scalars.js';
import { textPort } from './text.js';

/** A field and where it lies. */
export interface PlacedField {
  /** As it was declared. */
  readonly name: string;
  /** What it is. */
  readonly kind: Kind;
  /** Bytes from the start of its record. */
  readonly offset: number;
}

/** A kind that has fields: a record. */
export interface Fielded extends Kind {
  readonly name: string;
  readonly fields: readonly PlacedField[];
}

const SCALARS: ReadonlySet<string> = new Set(Object.keys(ACCESS));

/** Whether a kind is one number or flag. */
export function isScalar(kind: Kind): kind is ScalarKind<unknown> {
  return SCALARS.has(kind.type);
}

/** The port to a value of `kind` at `at` bytes into `memory`; `label` is what errors call it. */
export function portOf(kind: Kind, memory: Memory, at: number, label: string): Port {
  const port = anyPort(kind, memory, at, label);
  return memory.isForeign ? { ...port, set: () => refuse(label) } : port;
}

function refuse(label: string): never {
  throw onlyLooks(label);
}

function anyPort(kind: Kind, memory: Memory, at: number, label: string): Port {
  if (isScalar(kind)) return scalarPort(kind.type, kind.size, memory, at, label);
  switch (kind.type) {
    case 'array':
      return arrayPort(elementsOf(kind as ArrayKind, memory, at, label), memory, label);
    case 'bytes':
      return bytesPort(kind.size, memory, at, label);
    case 'text':
      return textPort(kind as TextKind, memory, at, label);
    case 'enumeration':
      return enumerationPort(kind as EnumerationKind, memory, at, label);
    case 'flags':
      return flagsPort(kind as FlagsKind, memory, at, label);
    default:
      return recordPort(kind as Fielded, memory, at, label);
  }
}

/**
 * What stands behind the accessors: setting a name that is none of them comes here, and would make a property that goes
 * nowhere. A field that there is never comes so far.
 */
function noOthers({ name, fields }: Fielded, label: string): object {
  return new Proxy(Object.create(null) as object, {
    set(_, other) {
      throw noField(name, fields, label, String(other));
    },
  });
}

function noField(name: string, fields: readonly PlacedField[], label: string, other: string): TypeError {
  const names = fields.map((field) => field.name).join(', ');
  return new TypeError(`Cannot set ${label}.${other}: ${name} has no such field, expected one of ${names}`);
}

/**
 * Refuses a plain object with a key that is no field: a misspelt one, or one of another record. Objects of classes may have
 * what they like.
 */
function refuseOthers({ name, fields }: Fielded, value: object, label: string): void {
  const origin = Object.getPrototypeOf(value);
  if (origin !== Object.prototype && origin !== null) return;
  const other = Object.keys(value).find((key) => !fields.some((field) => field.name === key));
  if (other !== undefined) throw noField(name, fields, label, other);
}

/** What is wrong where a field is missing: it may be there under a misspelt name. */
function missing(record: Fielded, value: object, label: string, field: string): TypeError {
  refuseOthers(record, value, label);
  return new TypeError(`Cannot set ${label}.${field}: it is missing, expected all fields of ${record.name}`);
}

/** A port to a whole record: its live object, a snapshot, and setting all fields at once. */
export function recordPort(record: Fielded, memory: Memory, at: number, label: string): Port<object> {
  const names = record.fields.map(({ name }) => name);
  const ports = record.fields.map(({ name, kind, offset }) =>
    portOf(kind, memory, at + offset, `${label}.${name}`),
  );
  // Getters and setters on a prototype of its own: V8 then knows them by the object's shape and inlines them.
  const accessors = Object.create(noOthers(record, label)) as object;
  for (const [i, { get, set }] of ports.entries())
    Object.defineProperty(accessors, names[i]!, { get, set, enumerable: true });
  const live = Object.create(accessors) as object;
  /** Sets the fields from one on, of a value whose keys come in another order, or are others. */
  const setOthers = (value: Record<string, unknown>, from: number) => {
    for (let i = from; i < ports.length; i++) {
      const given = value[names[i]!];
      if (given === undefined) throw missing(record, value, label, names[i]!);
      ports[i]!.set(given as never);
    }
    let keys = 0;
    for (const _ in value) keys++;
    if (keys > ports.length) refuseOthers(record, value, label);
  };
  return {
    get: () => live,
    set: (value: Record<string, unknown>) => {
      if (typeof value !== 'object' || value === null)
        throw wrongType(label, value, 'an object with its fields');
      // Hot path: keys in the order of the fields. Within such a loop V8 finds a value by its place, not by its name.
      let done = 0;
      let isInOrder = true;
      for (const key in value) {
        isInOrder = key === names[done];
        if (!isInOrder) break;
        const given = value[key];
        if (given === undefined) throw missing(record, value, label, key);
        ports[done]!.set(given as never);
        done++;
      }
      if (!isInOrder || done < ports.length) setOthers(value, done);
    },
    copy: () => {
      const snapshot: Record<string, unknown> = {};
      for (let i = 0; i < ports.length; i++) snapshot[names[i]!] = ports[i]!.copy();
      return snapshot;
    },
  };
}

function arrayPort(own: Elements, memory: Memory, label: string): Port {
  const refused = () => refuse(label);
  const elements = memory.isForeign ? { ...own, set: refused, setAll: refused } : own;
  const live = liveArray(elements, label);
  return { get: () => live, set: (values) => live.set(values), copy: () => live.copy() };
}

function elementsOf(kind: ArrayKind, memory: Memory, at: number, label: string): Elements {
  const { of, length } = kind;
  if (isScalar(of)) return scalarElements(of.type, of.size, length, memory, at, label);
  // Made as they are needed: most programs look at few elements of a large array.
  const ports: (Port | undefined)[] = Array.from({ length }, () => undefined);
  const element = (i: number): Port => {
    ports[i] ??= portOf(of, memory, at + i * of.size, `${label}[${i}]`);
    return ports[i];
  };
  return {
    length,
    get: (i) => element(i).get(),
    set: (i, value) => element(i).set(value),
    copy: (i) => element(i).copy(),
  };
}

function bytesPort(size: number, memory: Memory, at: number, label: string): Port {
  const port = arrayPort(scalarElements('u8', 1, size, memory, at, label), memory, label);
  const window = () => memory.now.u8.subarray(at, at + size);
  return {
    ...port,
    set: (values: ArrayLike<number>) => {
      if (!memory.life.isAlive) throw dead(memory.owner);
      // What another size or type of array has to be told is said by the one way of setting all.
      if (values instanceof Uint8Array && values.length === size) window().set(values);
      else port.set(values as never);
    },
    copy: () => {
      if (!memory.life.isAlive) throw dead(memory.owner);
      return window().slice();
    },
  };
}
