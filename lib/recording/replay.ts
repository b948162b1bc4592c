import { type Direction, Eshm } from '../index.js';
import type { RecordedChannel } from './channels.js';
import { waitUntil } from './due.js';
import { Player } from './player.js';
import { openRecording, type Recording } from './recording.js';
import { type ReplayOptions, type ResolvedReplay, resolveReplay } from './replay-options.js';
import { keyOf, Replay } from './replaying.js';
import { DIRECTIONS } from './topics.js';

/**
 * Plays a recording: writes its messages into channels with the timing that they had, several channels on one clock. As the
 * master it writes what went from the master to the slave, as the slave what went back, or both.
 *
 * While a message is due soon it holds the event loop, for a millisecond at a time.
 *
 * @param files - paths of a recording, or of the parts of one that was split, in any order
 * @param options - what holds where it is not given
 * @returns a replay that has opened its ends of the channels, and found their other sides where it was told to wait for them
 * @throws {TypeError | RangeError} for an option that is not allowed, and for a channel that the recording does not have
 * @throws {EshmError} as `openRecording`, and what `Eshm.open` and `Eshm.connect` throw; nothing is left open
 */
export async function replay(
  files: string | readonly string[],
  options: ReplayOptions = {},
): Promise<Replay> {
  const resolved = resolveReplay(options);
  const recording = await openRecording(files);
  const players = new Map<string, Player>();
  try {
    const ways = waysOf(recording, resolved);
    // Masters first: with both, the slaves are theirs.
    for (const direction of DIRECTIONS) {
      for (const { channel, target } of ways.filter((way) => way.direction === direction)) {
        const endpoint = await open(channel, target, direction, resolved);
        players.set(
          keyOf({ name: channel.name, direction }),
          new Player(channel, target, endpoint, resolved),
        );
      }
    }
    if (resolved.waitForPeer) await peersOf([...players.values()], resolved.signal);
    return new Replay(recording, resolved, players);
  } catch (error) {
    for (const player of players.values()) player.close();
    await recording.close();
    throw error;
  }
}

/** What is to be played, and where. */
function waysOf(recording: Recording, { names, role }: ResolvedReplay) {
  const found = recording.channels.map(({ name }) => name);
  for (const name of names?.keys() ?? []) {
    if (found.includes(name)) continue;
    throw new RangeError(
      `Cannot replay '${name}': it is not in the recording, expected one of '${found.join("', '")}'`,
    );
  }
  const wanted = DIRECTIONS.filter((way) => role === 'both' || (way === 'm2s') === (role === 'master'));
  const ways = recording.channels
    .filter(({ name }) => names?.has(name) ?? true)
    .flatMap((channel) =>
      wanted
        .filter((direction) => channel[direction] > 0)
        .map((direction) => ({ channel, direction, target: names?.get(channel.name) ?? channel.name })),
    );
  if (ways.length > 0) return ways;
  const what = role === 'both' ? 'no messages' : `no messages of a ${role}`;
  throw new RangeError(
    `Cannot replay: ${recording.files.join(', ')} has ${what}${found.length === 0 ? '' : ` on ${found.join(', ')}`}, expected some; see the option role`,
  );
}

async function open(
  { maxDataSize }: RecordedChannel,
  target: string,
  direction: Direction,
  { endpoint, timeoutMs, signal }: ResolvedReplay,
): Promise<Eshm> {
  const options = { ...(maxDataSize === undefined ? {} : { maxDataSize }), ...endpoint };
  if (direction === 'm2s') return Eshm.open(target, { ...options, role: 'master' });
  return Eshm.connect(target, {
    ...options,
    role: 'slave',
    timeoutMs,
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Waits until the other side of each is there. @throws the reason of `signal` */
async function peersOf(players: readonly Player[], signal: AbortSignal = new AbortController().signal) {
  for (const player of players) {
    while (!player.hasPeer) {
      signal.throwIfAborted();
      await waitUntil(performance.now() + 5, signal);
    }
  }
}
