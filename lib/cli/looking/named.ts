import type { ShmKind } from '../../store/index.js';
import { formatBytes, formatCount } from '../printing/format.js';
import { showHealth, showSide } from '../printing/report.js';
import { escapeText } from '../printing/text.js';
import { Target } from '../target.js';
import { type Finding, inspect, isChannel } from './inspect.js';
import { called } from './objects.js';

/** A name that the user gave, and what is there of it: nothing, a segment or a file, or both. */
export interface Named {
  readonly name: string;
  readonly findings: readonly Finding[];
  /** Why there is nothing, in words. */
  readonly missing: string | undefined;
}

/** Looks at each of `names`. */
export async function lookAtNames(names: readonly string[], shm?: ShmKind): Promise<Named[]> {
  const targets = names.map((name) => new Target('ls', name, shm === undefined ? {} : { shm }));
  const findings = await Promise.all(targets.map((target) => inspect(target.find())));
  return targets.map((target, at) => ({
    name: names[at]!,
    findings: findings[at]!,
    missing: findings[at]!.length === 0 ? target.absence : undefined,
  }));
}

/** A name and what is there of it, in a line. */
export function namedLine({ name, findings, missing }: Named): string {
  return `${escapeText(name)}: ${missing ?? findings.map(findingText).join('; ')}`;
}

function findingText(finding: Finding): string {
  const { stat, state } = finding;
  const kind = stat.shm === 'posix' ? 'POSIX' : 'System V';
  const what = `${state} in ${kind}, ${called(stat)}, ${formatBytes(stat.size)}`;
  if (!isChannel(finding)) return `${what}: ${escapeText(finding.reason)}`;
  const sides = (['master', 'slave'] as const).map((role) => {
    const side = finding[role];
    return `${role} ${side.pid === 0 ? '' : `${showSide(side)} `}${showHealth(side)}`;
  });
  return `${what} (slots of ${formatCount(finding.dataSize.maxDataSize)} B), ${sides.join(', ')}`;
}
