import type { Command } from 'commander';
import { formatKey, Segment } from '../../../syscalls/index.js';
import { EshmError, translate } from '../../errors.js';
import { guarded } from '../guarded.js';
import { type Channel, type Finding, inspect, inspectAll, isChannel } from '../looking/inspect.js';
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
  eshm rm robot                  one channel's segment, if nobody is alive in it
  eshm rm --key -845880800
  eshm rm --stale --dry-run      what rm --stale would remove
  eshm rm --stale                all segments without a heartbeat that nobody is attached to

What is not an ESHM segment is never removed. --force removes a live one (its processes
keep their memory, but nobody else finds them), and with --stale those without a
heartbeat that somebody is still attached to, such as a process in a debugger.`;

/** `eshm rm`: removes segments that were left behind. */
export function rm(program: Command): void {
  addTarget(program.command('rm').description('remove a segment that was left behind, or all stale ones'))
    .option('--stale', 'all stale segments')
    .option('-f, --force', 'also a live one')
    .option('-n, --dry-run', 'only show what would be removed')
    .addHelpText('after', EXAMPLES)
    .action(guarded('remove', run));
}

async function run(name: string | undefined, options: Options): Promise<void> {
  if (!options.stale) return removeOne(new Target('rm', name, options), options);
  if (name !== undefined || options.key !== undefined || options.id !== undefined) {
    throw new RangeError('Cannot rm: expected either --stale or one segment, not both');
  }
  return removeStale(options);
}

async function removeOne(target: Target, { force = false, dryRun = false }: Options): Promise<void> {
  const stat = target.find();
  const finding = stat && (await inspect([stat]))[0];
  if (finding === undefined) throw target.missing('rm');
  if (!isChannel(finding)) {
    const who = finding.state === 'foreign' ? 'it is not an ESHM segment' : 'it cannot be read';
    throw new EshmError(
      'ESHM_SHM_DELETE',
      `Cannot rm ${target}: ${who} (${escapeText(finding.reason)})${finding.state === 'foreign' ? '; if you know what it is, ipcrm removes it' : ''}`,
    );
  }
  if (finding.state === 'live' && !force) {
    throw new EshmError(
      'ESHM_SHM_DELETE',
      `Cannot rm ${target}: it is live (${beaters(finding)}), expected a stale one; stop the processes, or use --force`,
    );
  }
  remove(finding, dryRun);
}

async function removeStale({ force = false, dryRun = false }: Options): Promise<void> {
  const findings = await inspectAll();
  const stale = findings
    .filter((finding) => finding.state === 'stale' && !finding.stat.removed)
    .filter(isChannel);
  const doomed = stale.filter(({ stat }) => force || stat.attachments === 0);
  const spared = stale.filter((channel) => !doomed.includes(channel));
  if (doomed.length === 0) print('No stale segments to remove.');
  else print(...segmentTable(doomed));
  for (const { stat } of spared) {
    warn(
      `kept ${formatKey(stat.key)} (id ${stat.id}): no heartbeat, but ${plural(stat.attachments, 'attachment')}: perhaps a stopped process; --force removes it too`,
    );
  }
  let failed = false;
  for (const channel of doomed) {
    try {
      if (dryRun || (await isUnchanged(channel))) remove(channel, dryRun);
      else warn(`kept ${formatKey(channel.stat.key)} (id ${channel.stat.id}): it came to life`);
    } catch (error) {
      failed = true;
      const reason = translate(error, 'ESHM_SHM_DELETE', `remove segment ${channel.stat.id}`);
      warn(reason instanceof Error ? reason.message : String(reason));
    }
  }
  if (dryRun) reportKept(findings);
  if (failed) process.exitCode = 1;
}

/** What a dry run would leave alone, and why: so that nobody wonders. */
function reportKept(findings: readonly Finding[]): void {
  for (const finding of findings) {
    if (finding.state === 'live') {
      const { stat } = finding;
      print(`Would keep ${formatKey(stat.key)} (id ${stat.id}), live: ${beaters(finding as Channel)}`);
    }
  }
  print(...reasonLines(findings).map((line) => `Would keep ${line}`));
}

/** Whether nobody has started in the segment since it was judged. */
async function isUnchanged(channel: Channel): Promise<boolean> {
  const { id, attachments } = channel.stat;
  const stat = Segment.list().find((candidate) => candidate.id === id);
  if (stat === undefined || stat.attachments > attachments) return false;
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
  if (!dryRun) Segment.remove(stat.id);
  print(`${dryRun ? 'Would remove' : 'Removed'} ${formatKey(stat.key)} (id ${stat.id})`);
}

/** `master 123 node`, `slave 456 python3`, or both. */
function beaters({ master, slave }: Channel): string {
  const beating = [
    ...(master.beating ? [`master ${showSide(master)}`] : []),
    ...(slave.beating ? [`slave ${showSide(slave)}`] : []),
  ];
  return beating.join(' and ');
}
