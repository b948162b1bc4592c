import type { Command } from 'commander';
import { EshmError, translate } from '../../errors.js';
import { guarded } from '../guarded.js';
import { holdersOf } from '../looking/holders.js';
import { type Channel, type Finding, inspect, inspectAll, isChannel } from '../looking/inspect.js';
import { called, identityOf, listObjects, removeObject, type ShmStat, thingOf } from '../looking/objects.js';
import { plural, print, showSide, warn } from '../printing/report.js';
import { escapeText } from '../printing/text.js';
import { addTarget, Target, type TargetOptions } from '../target.js';
import { reasonLines, segmentTable } from './ls.js';

interface Options extends TargetOptions {
  readonly stale?: boolean;
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

const EXAMPLES = `
Examples:
  eshm rm robot                  one channel's segment and file, if nobody is alive in them
  eshm rm robot --shm posix      the file only
  eshm rm --key -845880800
  eshm rm --stale --dry-run      what rm --stale would remove
  eshm rm --stale                all without a heartbeat that nobody has attached or open

What is not ESHM's is never removed. --force removes a live one (its processes keep their
memory, but nobody else finds them), and with --stale those without a heartbeat that
somebody still has, such as a process in a debugger. Who has a file open is known of
processes that this user may look into.`;

/** `eshm rm`: removes segments and files that were left behind. */
export function rm(program: Command): void {
  addTarget(
    program.command('rm').description('remove a segment or file that was left behind, or all stale ones'),
  )
    .option('--stale', 'all stale ones')
    .option('-f, --force', 'also a live one')
    .option('-n, --dry-run', 'only show what would be removed')
    .addHelpText('after', EXAMPLES)
    .action(guarded('remove', run));
}

async function run(name: string | undefined, options: Options): Promise<void> {
  if (!options.stale) return removeOne(new Target('rm', name, options), options);
  if (name !== undefined || options.key !== undefined || options.id !== undefined) {
    throw new RangeError('Cannot rm: expected either --stale or one channel, not both');
  }
  return removeStale(options);
}

/** Removes what is under the name, in one place or two, if nobody is alive in any of them. */
async function removeOne(target: Target, { force = false, dryRun = false }: Options): Promise<void> {
  const findings = await inspect(target.find());
  if (findings.length === 0) throw target.missing('rm');
  const channels = findings.map((finding) => removable(target, finding, force));
  for (const channel of channels) remove(channel, dryRun);
}

/** @throws {EshmError} ESHM_SHM_DELETE for what is no channel, or a live one without `force` */
function removable(target: Target, finding: Finding, force: boolean): Channel {
  const { stat, state } = finding;
  const which = `${target}, ${called(stat)}`;
  if (!isChannel(finding)) {
    const who = state === 'foreign' ? `it is not an ESHM ${thingOf(stat)}` : 'it cannot be read';
    const tool = stat.shm === 'posix' ? 'rm' : 'ipcrm';
    throw new EshmError(
      'ESHM_SHM_DELETE',
      `Cannot rm ${which}: ${who} (${escapeText(finding.reason)})${state === 'foreign' ? `; if you know what it is, ${tool} removes it` : ''}`,
    );
  }
  if (state === 'live' && !force) {
    throw new EshmError(
      'ESHM_SHM_DELETE',
      `Cannot rm ${which}: it is live (${beaters(finding)}), expected a stale one; stop the processes, or use --force`,
    );
  }
  return finding;
}

async function removeStale({ force = false, dryRun = false, shm }: Options): Promise<void> {
  const findings = await inspectAll(shm);
  const stale = findings
    .filter((finding) => finding.state === 'stale' && !finding.stat.removed)
    .filter(isChannel)
    .map((channel) => ({ channel, users: usersOf(channel.stat) }));
  const doomed = stale.filter(({ users }) => force || users === undefined).map(({ channel }) => channel);
  if (doomed.length === 0) print('Nothing stale to remove.');
  else print(...segmentTable(doomed));
  for (const { channel, users } of stale) {
    if (doomed.includes(channel)) continue;
    warn(
      `kept ${called(channel.stat)}: no heartbeat, but ${users}: perhaps a stopped process; --force removes it too`,
    );
  }
  let failed = false;
  for (const channel of doomed) {
    try {
      if (dryRun || (await isUnchanged(channel))) remove(channel, dryRun);
      else warn(`kept ${called(channel.stat)}: it came to life`);
    } catch (error) {
      failed = true;
      warn(error instanceof Error ? error.message : String(error));
    }
  }
  if (dryRun) reportKept(findings);
  if (failed) process.exitCode = 1;
}

/** Who still has it, as a phrase; `undefined` when nobody has. */
function usersOf(stat: ShmStat): string | undefined {
  const { attachments } = stat;
  if (attachments !== undefined) return attachments === 0 ? undefined : plural(attachments, 'attachment');
  const holders = holdersOf(stat);
  const word = holders.length === 1 ? 'process' : 'processes';
  return holders.length === 0
    ? undefined
    : `${word} ${holders.join(', ')} ${holders.length === 1 ? 'has' : 'have'} it`;
}

/** What a dry run would leave alone, and why: so that nobody wonders. */
function reportKept(findings: readonly Finding[]): void {
  for (const finding of findings) {
    if (finding.state === 'live') {
      print(`Would keep ${called(finding.stat)}, live: ${beaters(finding as Channel)}`);
    }
  }
  print(...reasonLines(findings).map((line) => `Would keep ${line}`));
}

/** Whether nobody has started in it since it was judged. */
async function isUnchanged(channel: Channel): Promise<boolean> {
  const { attachments = 0 } = channel.stat;
  const identity = identityOf(channel.stat);
  const stat = listObjects(channel.stat.shm).find((candidate) => identityOf(candidate) === identity);
  if (stat === undefined || (stat.attachments ?? 0) > attachments) return false;
  const [now] = await inspect([stat]);
  if (now === undefined || !isChannel(now)) return false;
  const [before, after] = [channel.content.header, now.content.header];
  return (
    now.state === 'stale' &&
    before.masterGeneration === after.masterGeneration &&
    before.slavePid === after.slavePid &&
    before.slaveHeartbeat === after.slaveHeartbeat
  );
}

function remove({ stat }: Channel, dryRun: boolean): void {
  try {
    if (!dryRun) removeObject(stat);
  } catch (error) {
    throw translate(error, 'ESHM_SHM_DELETE', `remove ${called(stat)}`);
  }
  print(`${dryRun ? 'Would remove' : 'Removed'} ${called(stat)}`);
}

/** `master 123 node`, `slave 456 python3`, or both. */
function beaters({ master, slave }: Channel): string {
  const beating = [
    ...(master.beating ? [`master ${showSide(master)}`] : []),
    ...(slave.beating ? [`slave ${showSide(slave)}`] : []),
  ];
  return beating.join(' and ');
}
