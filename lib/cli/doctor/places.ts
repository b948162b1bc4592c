import { type ChannelName, channelName } from '../../store/index.js';
import { type Channel, type Finding, isChannel } from '../looking/inspect.js';
import { called, nameOf, placeOf } from '../looking/objects.js';
import { showSide } from '../printing/report.js';
import { escapeText } from '../printing/text.js';
import { shellWord } from '../target.js';
import { type CheckResult, note, ok, problem } from './check.js';

/**
 * Names that have both a segment and a file: those that the user gave, and those that files have, whose keys can be told.
 *
 * @param names - as the user gave them
 * @param findings - everything that is there
 */
export function checkPlaces(names: readonly string[], findings: readonly Finding[]): CheckResult[] {
  const channels = findings.filter(isChannel).filter(({ stat }) => !stat.removed);
  const results: CheckResult[] = [];
  for (const name of namesOf(names, channels)) {
    const segment = channels.find(({ stat }) => stat.key === name.key);
    const file = channels.find(({ stat }) => stat.path?.equals(name.path));
    if (segment === undefined || file === undefined) continue;
    results.push(judge(name, segment, file));
  }
  return results.length > 0 ? results : [ok('places', 'no name has both a segment and a file')];
}

/** Each name once, by what it lies under. */
function namesOf(names: readonly string[], channels: readonly Channel[]): ChannelName[] {
  const known = new Map<string, ChannelName>();
  for (const name of [
    ...names,
    ...channels.map(({ stat }) => nameOf(stat)).filter((one) => one !== undefined),
  ]) {
    const found = tryName(name);
    if (found !== undefined && !known.has(`${found.path}`)) known.set(`${found.path}`, found);
  }
  return [...known.values()];
}

/** A file may bear a name that no channel can have. */
function tryName(name: string): ChannelName | undefined {
  try {
    return channelName(name);
  } catch {
    return undefined;
  }
}

function judge({ name }: ChannelName, segment: Channel, file: Channel): CheckResult {
  const who = `'${escapeText(name)}'`;
  const both = `${called(segment.stat)} and ${called(file.stat)}`;
  if (segment.master.beating && file.master.beating) {
    if (segment.master.pid === file.master.pid) {
      return ok(
        'places',
        `the master of ${who}, ${showSide(file.master)}, stands in ${both} until a slave comes`,
      );
    }
    return problem(
      'places',
      `${who} has two masters: ${showSide(segment.master)} in ${called(segment.stat)}, ${showSide(file.master)} in ${called(file.stat)}`,
      'stop one of them; a slave with shm: auto goes to the segment, and --shm (shm) says which it is to be',
    );
  }
  const left = [segment, file].find(({ state }) => state === 'stale');
  if (left === undefined) {
    return note(
      'places',
      `${who} is live in ${both}, with a master in one at most`,
      'stop who is in the wrong one',
    );
  }
  return note(
    'places',
    `${who} is in ${both}, and nobody lives in ${placeOf(left.stat)}`,
    `eshm rm ${shellWord(name)} --shm ${left.stat.shm}`,
  );
}
