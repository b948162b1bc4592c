import type { Command } from 'commander';
import { deriveKey } from '../../../layout/index.js';
import type { AnyRecord } from '../../record/index.js';
import type { ShmKind } from '../../store/index.js';
import { guarded } from '../guarded.js';
import { type Channel, type Finding, inspectAll, isChannel } from '../looking/inspect.js';
import { lookAtNames, type Named, namedLine } from '../looking/named.js';
import { called, nameOf, placeOf } from '../looking/objects.js';
import { paintState } from '../printing/colour.js';
import { formatAge, formatBytes, formatMode, formatShort } from '../printing/format.js';
import { NOTHING, plural, print, showSide, terminalWidth, toJson } from '../printing/report.js';
import { type Column, clip, renderTable } from '../printing/table.js';
import { escapeText } from '../printing/text.js';
import { collect, recordsToTellApart } from '../records/load.js';
import { userName } from '../system.js';
import { shmFilter } from '../target.js';

const EXAMPLES = `
Examples:
  eshm ls
  eshm ls robot camera           these two, a line each: who, live or stale, how large, or
                                 that nobody has created it (exit code 1)
  eshm ls --json --as robot.mjs#Pose
  eshm ls --all                  also what is not ESHM's, and what may not be read
  eshm ls --shm posix            the files of /dev/shm only
  eshm ls --json | jq '.[] | select(.state == "stale") | .id'

SHM is the kind of memory: a System V segment under a key, or a file in /dev/shm. A
master that nobody has joined yet may stand in both: a key has a name behind it where that is
the key of a file's name. STATE is live when a heartbeat moved between two looks, else stale.
ATT counts attachments, which nobody does for files. GEN counts starts of a master, M>S and
S>M are messages written by the master and by the slave.`;

const channelOnly = (show: (channel: Channel) => string) => (finding: Finding) =>
  isChannel(finding) ? show(finding) : '-';

/** Columns of the table, also for the other commands that show segments. */
const COLUMNS: readonly Column<Finding>[] = [
  { title: 'SHM', show: ({ stat }) => stat.shm },
  { title: 'KEY OR FILE', show: ({ stat }) => placeOf(stat), maxWidth: 24 },
  { title: 'ID', show: ({ stat }) => `${stat.id}`, align: 'right', rank: 1 },
  { title: 'STATE', show: ({ state, stat }) => (stat.removed ? `${state}, removed` : state) },
  { title: 'SIZE', show: ({ stat }) => formatBytes(stat.size), align: 'right', rank: 9 },
  { title: 'MODE', show: ({ stat }) => formatMode(stat.mode), rank: 8 },
  { title: 'OWNER', show: ({ stat }) => userName(stat.uid), rank: 7, maxWidth: 12 },
  { title: 'ATT', show: ({ stat }) => `${stat.attachments ?? '-'}`, align: 'right', rank: 3 },
  { title: 'MASTER', show: channelOnly(({ master }) => showSide(master)), rank: 2, maxWidth: 24 },
  { title: 'SLAVE', show: channelOnly(({ slave }) => showSide(slave)), rank: 2, maxWidth: 24 },
  {
    title: 'GEN',
    show: channelOnly(({ content }) => `${content.header.masterGeneration}`),
    align: 'right',
    rank: 5,
  },
  {
    title: 'M>S',
    show: channelOnly(({ content }) => formatShort(content.masterToSlave.writeCount)),
    align: 'right',
    rank: 4,
  },
  {
    title: 'S>M',
    show: channelOnly(({ content }) => formatShort(content.slaveToMaster.writeCount)),
    align: 'right',
    rank: 4,
  },
  {
    title: 'AGE',
    show: ({ stat }) => formatAge(Date.now() / 1000 - stat.changedAtS),
    align: 'right',
    rank: 6,
  },
];

/** The findings as the lines of a table, as wide as the terminal allows. */
export function segmentTable(findings: readonly Finding[]): string[] {
  const names = namesByKey(findings);
  const columns = COLUMNS.map((column) => {
    if (column.title !== 'KEY OR FILE') return column;
    return { ...column, show: ({ stat }: Finding) => `${placeOf(stat)}${nameBeside(names, stat)}` };
  });
  return renderTable(columns, findings, terminalWidth(), (text, { state }, { title }) =>
    title === 'STATE' ? paintState(text, state) : text,
  );
}

/** The names of the files among them, by the key that a segment of that name has. */
function namesByKey(findings: readonly Finding[]): ReadonlyMap<number, string> {
  const names = findings.flatMap(({ stat }) => nameOf(stat) || []);
  return new Map(names.map((name) => [deriveKey(name), name]));
}

/** ` (robot)` behind the key of a segment that has the name of a file. */
function nameBeside(names: ReadonlyMap<number, string>, { key, path }: Finding['stat']): string {
  const name = path === undefined ? names.get(key!) : undefined;
  return name === undefined ? '' : ` (${name})`;
}

/** Why findings are not shown as channels, a line each. */
export function reasonLines(findings: readonly Finding[]): string[] {
  return findings
    .filter((finding) => !isChannel(finding))
    .map(({ stat, state, reason }) =>
      clip(`${called(stat)} ${state}: ${escapeText(reason)}`, terminalWidth()),
    );
}

/** `eshm ls`: what is there. */
export function ls(program: Command): void {
  program
    .command('ls')
    .description('list the ESHM segments and files of this machine')
    .argument('[names...]', 'these only, a line each')
    .option('-a, --all', "also what is not ESHM's or may not be read, and why")
    .addOption(shmFilter('those of one kind of memory only'))
    .option(
      '--as <file#record>',
      'with --json, messages of its size as this record, or those of a module; may be repeated',
      collect,
    )
    .option('--json', 'an array of objects, [] when there are none')
    .addHelpText('after', EXAMPLES)
    .action(guarded('list segments', run));
}

interface Options {
  readonly all?: boolean;
  readonly json?: boolean;
  readonly shm?: ShmKind;
  readonly as?: readonly string[];
}

async function run(names: string[], { all = false, json = false, shm, as }: Options): Promise<void> {
  if (as !== undefined && !json) {
    throw new RangeError('Cannot list segments: --as decodes what --json prints, expected --json beside it');
  }
  const records = await recordsToTellApart(as);
  if (names.length > 0) {
    runNames(await lookAtNames(names, shm), json, records);
    return;
  }
  const findings = await inspectAll(shm);
  const shown = all ? findings : findings.filter(isChannel);
  if (json) {
    print(
      JSON.stringify(
        shown.map((finding) => toJson(finding, records)),
        null,
        2,
      ),
    );
    return;
  }
  if (shown.length === 0) print(NOTHING);
  else print(...segmentTable(shown));
  if (all) print(...reasonLines(shown));
  else hintAtOthers(findings);
}

/** Of each name what is there; one that is not makes the exit code 1. */
function runNames(named: readonly Named[], json: boolean, records: readonly AnyRecord[]): void {
  if (named.some(({ findings }) => findings.length === 0)) process.exitCode = 1;
  if (!json) {
    print(...named.map((one) => clip(namedLine(one), terminalWidth())));
    return;
  }
  const found = named.flatMap(({ name, findings, missing }) =>
    missing === undefined
      ? findings.map((finding) => ({ name, ...toJson(finding, records) }))
      : [{ name, state: 'missing', reason: missing }],
  );
  print(JSON.stringify(found, null, 2));
}

function hintAtOthers(findings: readonly Finding[]): void {
  const count = (state: string) => findings.filter((finding) => finding.state === state).length;
  const hidden: string[] = [];
  if (count('unreadable') > 0) hidden.push(`${count('unreadable')} unreadable`);
  if (count('foreign') > 0) hidden.push(`${count('foreign')} foreign (not ESHM)`);
  if (hidden.length === 0) return;
  const total = count('unreadable') + count('foreign');
  print(
    `Not shown: ${plural(total, 'segment or file', 'segments or files')}, ${hidden.join(' and ')}; see eshm ls --all`,
  );
}
