import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { ShmKind } from '../../store/index.js';
import { checkClocks, checkModes, checkNames, checkSegments } from '../doctor/channels.js';
import { type CheckResult, type Level, note, ok, problem } from '../doctor/check.js';
import { checkFolder, checkSharing } from '../doctor/folder.js';
import {
  canCall,
  checkCalls,
  checkLimits,
  checkNamespace,
  checkPlatform,
  checkRemoveIpc,
} from '../doctor/machine.js';
import { checkPlaces } from '../doctor/places.js';
import { guarded } from '../guarded.js';
import { type Channel, type Finding, inspectAll, isChannel } from '../looking/inspect.js';
import { Labels } from '../looking/labels.js';
import { lookAtNames, type Named, namedLine } from '../looking/named.js';
import { identityOf, listObjects } from '../looking/objects.js';
import { type Rates, Traffic } from '../looking/traffic.js';
import { coloursFor } from '../printing/colour.js';
import { plural, print } from '../printing/report.js';
import { startMaster } from '../target.js';

/** Time over which heartbeats are measured, in ms. */
const CLOCK_MS = 300;

const EXAMPLES = `
Examples:
  eshm doctor
  eshm doctor robot camera       also what is there of these names, and whether they collide
                                 or live in two places
  eshm doctor --json

Exit code 1 when there is a problem. A note is worth knowing and leaves it at 0. With names
it is a problem that nobody has created one of them, and what is wrong with others is a note.`;

/** `eshm doctor`: whether shared memory works here, and what is in the way. */
export function doctor(program: Command): void {
  program
    .command('doctor')
    .description('check platform, limits, namespaces, segments and files, and say what to do')
    .argument('[names...]', 'names to check for collisions, and for a second place')
    .option('--json', 'an array of objects')
    .addHelpText('after', EXAMPLES)
    .action(guarded('examine segments', run));
}

async function run(names: string[], { json = false }: { json?: boolean }): Promise<void> {
  const platform = checkPlatform();
  const results = [platform, ...(platform.level === 'ok' ? await checkAll(names) : [])];
  if (json) print(JSON.stringify(results, null, 2));
  else print(...results.flatMap(linesOf), summaryOf(results));
  if (results.some(({ level }) => level === 'problem')) process.exitCode = 1;
}

async function checkAll(names: readonly string[]): Promise<CheckResult[]> {
  // Files can be looked at, whatever is in the way of the system calls.
  const { findings, measured } = await measure(canCall() ? undefined : 'posix');
  const channels = findings.filter(isChannel);
  const labels = new Labels(names);
  const isAsked = ({ stat }: Finding) => names.length === 0 || labels.has(stat);
  return [
    checkCalls(),
    ...checkLimits(listObjects('system-v')),
    checkFolder(),
    checkNamespace(),
    checkSharing(),
    checkRemoveIpc(),
    ...checkSegments(findings, isAsked),
    ...checkModes(channels),
    ...(await lookAtNames(names)).map(checkNamed),
    ...checkNames(names, findings),
    ...checkPlaces(names, findings.filter(isAsked)),
    ...checkClocks(measured),
  ];
}

/** A name that the user gave: what is there of it. */
function checkNamed(named: Named): CheckResult {
  const found = namedLine(named);
  if (named.missing !== undefined)
    return problem('name', found, `start its master, for example ${startMaster(named.name)}`);
  if (named.findings.some(({ state }) => state === 'live')) return ok('name', found);
  return note('name', found, 'nobody lives in it: start its master, or remove it with eshm rm');
}

/** Two inspections with some time between, for the rates of the heartbeats. */
async function measure(shm?: ShmKind) {
  const traffic = new Map<string, Traffic>();
  for (const channel of (await inspectAll(shm)).filter(isChannel)) {
    const watched = new Traffic();
    watched.take(channel);
    traffic.set(identityOf(channel.stat), watched);
  }
  if (traffic.size > 0) await sleep(CLOCK_MS);
  const findings = await inspectAll(shm);
  const measured: { channel: Channel; rates: Rates }[] = [];
  for (const channel of findings.filter(isChannel)) {
    const rates = traffic.get(identityOf(channel.stat))?.take(channel);
    if (rates !== undefined) measured.push({ channel, rates });
  }
  return { findings, measured };
}

const SIGNS: Record<Level, string> = { ok: 'ok  ', note: 'note', problem: 'BAD ' };

function linesOf({ check, level, found, advice }: CheckResult): string[] {
  const colours = coloursFor(process.stdout);
  const paint = { ok: colours.green, note: colours.yellow, problem: colours.red }[level];
  const first = `${paint(SIGNS[level])}  ${check.padEnd(14)} ${found}`;
  return advice === undefined ? [first] : [first, `${' '.repeat(21)}-> ${advice}`];
}

function summaryOf(results: readonly CheckResult[]): string {
  const count = (level: Level) => results.filter((result) => result.level === level).length;
  const [problems, notes] = [count('problem'), count('note')];
  const verdict = problems === 0 ? 'No problem' : plural(problems, 'problem');
  return `${verdict}${notes === 0 ? '' : `, ${plural(notes, 'note')}`}.`;
}
