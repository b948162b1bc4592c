/** What our own readers refuse in a record is never published. */
import type { ArrayKind, EnumerationKind, Kind, TextKind } from './kinds.js';
import type { Memory } from './memory.js';
import { listed, namesOf } from './named-ports.js';
import type { Fielded } from './ports.js';
import { scalarPort } from './scalars.js';
import { isText, NO_TEXT } from './text.js';

/** What is wrong with the bytes of one field, as the end of a sentence; `undefined` for nothing. */
type Check = () => string | undefined;

/**
 * Makes a function that tells what a reader would refuse in a record; `undefined` where there is nothing that it could.
 *
 * @param memory - its bytes, the record at their start; alive while the function is called
 */
export function judgeOf(record: Fielded, memory: Memory): Check | undefined {
  const checks: Check[] = [];
  collect(record, memory, 0, record.name, checks);
  if (checks.length === 0) return undefined;
  return () => {
    for (const check of checks) {
      const fault = check();
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
}

function collect(kind: Kind, memory: Memory, at: number, label: string, checks: Check[]): void {
  if (kind.type === 'record') {
    for (const { name, kind: of, offset } of (kind as Fielded).fields)
      collect(of, memory, at + offset, `${label}.${name}`, checks);
  } else if (kind.type === 'array') {
    const { of, length } = kind as ArrayKind;
    const before = checks.length;
    for (let i = 0; i < length; i++) {
      collect(of, memory, at + i * of.size, `${label}[${i}]`, checks);
      if (checks.length === before) return;
    }
  } else if (kind.type === 'enumeration' && (kind as EnumerationKind).closed) {
    checks.push(checkOfEnumeration(kind as EnumerationKind, memory, at, label));
  } else if (kind.type === 'text' && (kind as TextKind).invalid === 'refuse') {
    checks.push(() =>
      isText(kind as TextKind, memory.now.u8.subarray(at, at + kind.size))
        ? undefined
        : `${label}: ${NO_TEXT}`,
    );
  }
}

function checkOfEnumeration(
  { of, values }: EnumerationKind,
  memory: Memory,
  at: number,
  label: string,
): Check {
  const number = scalarPort(of.type, of.size, memory, at, label);
  const names = namesOf(values);
  return () => {
    const value = number.get() as number;
    return names.has(value) ? undefined : `${label}: value is ${value}, expected one of ${listed(values)}`;
  };
}
