import { HEARTBEAT_INTERVAL_MS } from '../../../layout/index.js';
import { formatKey, IPC_PRIVATE } from '../../../syscalls/index.js';
import { channelName } from '../../store/index.js';
import { collisionsOf } from '../looking/collisions.js';
import { removedNote } from '../looking/dump.js';
import { holdersOf } from '../looking/holders.js';
import { type Channel, type Finding, isChannel } from '../looking/inspect.js';
import { called as calledStat, nameOf, type ShmStat } from '../looking/objects.js';
import type { Rates } from '../looking/traffic.js';
import { formatMode } from '../printing/format.js';
import { plural, showSide } from '../printing/report.js';
import { escapeText } from '../printing/text.js';
import { shellWord } from '../target.js';
import { type CheckResult, note, ok, problem } from './check.js';

/** Beats per second of a healthy side. */
const NOMINAL_BEATS = 1000 / HEARTBEAT_INTERVAL_MS;
/** A heart slower than this share of nominal is worth a note. */
const SLOW = 0.5;

const called = ({ stat }: Finding) => calledStat(stat);

/**
 * What kinds of segments and files there are, and which need care.
 *
 * @param isAsked - whether it is one that the user asked about: what is wrong with another is a note
 */
export function checkSegments(
  findings: readonly Finding[],
  isAsked: (finding: Finding) => boolean,
): CheckResult[] {
  const channels = findings.filter(isChannel);
  const live = channels.filter(({ state }) => state === 'live');
  const results: CheckResult[] = [
    ok(
      'segments',
      `${counted(channels)}, ${live.length} live${live.length > 0 ? `: ${live.map(called).join(', ')}` : ''}`,
    ),
  ];
  for (const channel of channels) {
    if (channel.stat.removed) results.push(removedResult(channel));
    else if (channel.state === 'stale') results.push(staleResult(channel, isAsked(channel) ? problem : note));
  }
  for (const finding of findings) {
    if (isChannel(finding)) continue;
    const { state, reason, stat } = finding;
    const advice =
      state === 'foreign'
        ? `nothing; a master of this name replaces it${stat.shm === 'posix' ? '' : ' once nobody has it attached'}`
        : 'look as its owner or as root: sudo eshm ls';
    // Segments of other programs are everywhere; one that only looks like ESHM by its size is worth a line.
    if (state === 'unreadable' || stat.key !== IPC_PRIVATE) {
      results.push(note(state, `${called(finding)}: ${escapeText(reason)}`, advice));
    }
  }
  return results;
}

function staleResult(channel: Channel, tell: typeof problem): CheckResult {
  const { stat, master, slave } = channel;
  const found = `${called(channel)} has no heartbeat; master ${showSide(master)}, slave ${showSide(slave)}`;
  const remove = removeLine(stat);
  const users = stat.attachments ?? holdersOf(stat).length;
  return users === 0
    ? tell(
        'stale',
        `${found}; nobody has it ${stat.attachments === undefined ? 'open here' : 'attached'}`,
        `${remove}, or start its master again`,
      )
    : tell(
        'stale',
        `${found}; ${stat.attachments === undefined ? `open in ${plural(users, 'process', 'processes')}` : plural(users, 'attachment')}`,
        `its processes are stopped or hang; when they are gone: ${remove}`,
      );
}

/** A command line that removes it. */
function removeLine(stat: ShmStat): string {
  return stat.shm === 'posix' ? `eshm rm ${shellWord(nameOf(stat)!)} --shm posix` : `eshm rm --id ${stat.id}`;
}

function removedResult(channel: Channel): CheckResult {
  return note(
    'removed',
    `${called(channel)} was removed while it was attached: ${removedNote(channel.stat)}`,
    'start again who is in it: a peer that comes now meets another segment',
  );
}

/** `2 ESHM segments and 1 file`. */
function counted(channels: readonly Channel[]): string {
  const files = channels.filter(({ stat }) => stat.shm === 'posix').length;
  const segments = plural(channels.length - files, 'ESHM segment');
  return files === 0 ? segments : `${segments} and ${plural(files, 'file')}`;
}

/** Modes that keep this user's peers apart. */
export function checkModes(channels: readonly Channel[]): CheckResult[] {
  const uid = process.geteuid?.() ?? 0;
  const odd = channels.filter(({ stat }) => uid !== 0 && uid !== stat.uid && (stat.mode & 0o006) !== 0o006);
  if (odd.length === 0)
    return [
      ok(
        'modes',
        channels.length === 0
          ? 'no segment or file to look at'
          : 'this user may join every ESHM segment and file it sees',
      ),
    ];
  return odd.map((channel) =>
    note(
      'modes',
      `${called(channel)} has mode ${formatMode(channel.stat.mode)} and belongs to uid ${channel.stat.uid}: uid ${uid} may look but perhaps not join`,
      adviceOnMode(channel.stat),
    ),
  );
}

/** The original's files have the mode that the umask of their creator leaves. */
function adviceOnMode({ uid, path }: ShmStat): string {
  return path === undefined
    ? `run as uid ${uid}, or have its master create it with mode 0666`
    : `run as uid ${uid}, or have that user chmod 666 ${escapeText(`${path}`)}, or start a C++ or Python master under umask 0`;
}

/** Names that share a key or a file, or whose place something else has. */
export function checkNames(names: readonly string[], findings: readonly Finding[]): CheckResult[] {
  if (names.length === 0) return [ok('collisions', 'no names given to compare: eshm doctor NAME...')];
  const known = names.map(channelName);
  const results = collisionsOf(known).map(({ names: same, key }) =>
    problem(
      'collisions',
      `${same.map(quoted).join(' and ')} share key ${formatKey(key)}`,
      'rename all but one of them',
    ),
  );
  for (const path of new Set(known.map((name) => `${name.path}`))) {
    const sharing = known.filter((name) => `${name.path}` === path);
    const same = [...new Set(sharing.map(({ name }) => name))];
    if (same.length < 2) continue;
    const text = `${same.map(quoted).join(' and ')} share the file ${escapeText(path)}`;
    results.push(problem('collisions', text, 'rename all but one of them'));
  }
  for (const { name, key, path } of known) {
    for (const other of findings) {
      const isHere = other.stat.path === undefined ? other.stat.key === key : other.stat.path.equals(path);
      if (!isHere || other.state !== 'foreign' || other.isUnfinished) continue;
      const place = other.stat.path === undefined ? 'key' : 'file';
      const text = `the ${place} of ${quoted(name)}, ${called(other)}, belongs to something that is not ESHM`;
      results.push(problem('collisions', text, 'choose another name'));
    }
  }
  return results.length > 0 ? results : [ok('collisions', `none among ${plural(names.length, 'name')}`)];
}

function quoted(name: string): string {
  return `'${escapeText(name)}'`;
}

/** How fast the hearts beat that do. */
export function checkClocks(measured: readonly { channel: Channel; rates: Rates }[]): CheckResult[] {
  const results: CheckResult[] = [];
  let beating = 0;
  for (const { channel, rates } of measured) {
    for (const role of ['master', 'slave'] as const) {
      if (!channel[role].beating) continue;
      beating++;
      const rate = role === 'master' ? rates.masterBeats : rates.slaveBeats;
      if (rate >= NOMINAL_BEATS * SLOW) continue;
      results.push(
        note(
          'clocks',
          `the ${role} of ${called(channel)} beats ${rate.toFixed(0)} times a second, expected ${NOMINAL_BEATS}`,
          'the machine is overloaded, or the process is being stopped: give it a core, or raise its stale threshold',
        ),
      );
    }
  }
  return results.length > 0
    ? results
    : [ok('clocks', beating === 0 ? 'no heart beats' : `${plural(beating, 'heart')} beating in time`)];
}
