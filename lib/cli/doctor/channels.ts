import { deriveKey, HEARTBEAT_INTERVAL_MS } from '../../../layout/index.js';
import { formatKey } from '../../../syscalls/index.js';
import { collisionsOf } from '../looking/collisions.js';
import { type Channel, type Finding, isChannel } from '../looking/inspect.js';
import type { Rates } from '../looking/traffic.js';
import { formatMode } from '../printing/format.js';
import { plural, showSide } from '../printing/report.js';
import { escapeText } from '../printing/text.js';
import { type CheckResult, note, ok, problem } from './check.js';

/** Beats per second of a healthy side. */
const NOMINAL_BEATS = 1000 / HEARTBEAT_INTERVAL_MS;
/** A heart slower than this share of nominal is worth a note. */
const SLOW = 0.5;

const called = ({ stat }: Finding) => `${formatKey(stat.key)} (id ${stat.id})`;

/** What kinds of segments there are, and which need care. */
export function checkSegments(findings: readonly Finding[]): CheckResult[] {
  const channels = findings.filter(isChannel);
  const live = channels.filter(({ state }) => state === 'live');
  const results: CheckResult[] = [
    ok(
      'segments',
      `${plural(channels.length, 'ESHM segment')}, ${live.length} live${live.length > 0 ? `: ${live.map(called).join(', ')}` : ''}`,
    ),
  ];
  for (const channel of channels) {
    if (channel.state === 'stale' && !channel.stat.removed) results.push(staleResult(channel));
  }
  for (const finding of findings) {
    if (isChannel(finding)) continue;
    const { state, reason, stat } = finding;
    const advice =
      state === 'foreign'
        ? 'nothing; a master of this name replaces it once nobody has it attached'
        : 'look as its owner or as root: sudo eshm ls';
    // Segments of other programs are everywhere; one that only looks like ESHM by its size is worth a line.
    if (state === 'unreadable' || stat.key !== 0) {
      results.push(note(state, `${called(finding)}: ${escapeText(reason)}`, advice));
    }
  }
  return results;
}

function staleResult(channel: Channel): CheckResult {
  const { stat, master, slave } = channel;
  const found = `${called(channel)} has no heartbeat; master ${showSide(master)}, slave ${showSide(slave)}`;
  return stat.attachments === 0
    ? problem('stale', `${found}; nobody is attached`, `eshm rm --id ${stat.id}, or start its master again`)
    : problem(
        'stale',
        `${found}; ${plural(stat.attachments, 'attachment')}`,
        `its processes are stopped or hang; when they are gone: eshm rm --id ${stat.id}`,
      );
}

/** Modes that keep this user's peers apart. */
export function checkModes(channels: readonly Channel[]): CheckResult[] {
  const uid = process.geteuid?.() ?? 0;
  const odd = channels.filter(({ stat }) => uid !== 0 && uid !== stat.uid && (stat.mode & 0o006) !== 0o006);
  if (odd.length === 0)
    return [
      ok(
        'modes',
        channels.length === 0 ? 'no segment to look at' : 'this user may join every ESHM segment it sees',
      ),
    ];
  return odd.map((channel) =>
    note(
      'modes',
      `${called(channel)} has mode ${formatMode(channel.stat.mode)}: uid ${uid} may look but perhaps not join`,
      `run as uid ${channel.stat.uid}, or have its master create it with mode 0666`,
    ),
  );
}

/** Names that share a key, or whose key something else has. */
export function checkNames(names: readonly string[], findings: readonly Finding[]): CheckResult[] {
  if (names.length === 0) return [ok('collisions', 'no names given to compare: eshm doctor NAME...')];
  const keys = names.map((name) => ({ name, key: deriveKey(name) }));
  const results = collisionsOf(keys).map(({ key, names: same }) =>
    problem(
      'collisions',
      `${same.map(quoted).join(' and ')} share key ${formatKey(key)}`,
      'rename all but one of them',
    ),
  );
  for (const { name, key } of keys) {
    const other = findings.find(({ stat, state }) => stat.key === key && state === 'foreign');
    if (other !== undefined) {
      results.push(
        problem(
          'collisions',
          `the key of ${quoted(name)}, ${called(other)}, belongs to something that is not ESHM`,
          'choose another name',
        ),
      );
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
