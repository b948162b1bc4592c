import { formatKey } from '../../../syscalls/index.js';
import type { Eshm } from '../../index.js';
import { channelName } from '../../store/index.js';
import { didYouMean } from '../looking/similar.js';
import { showProcess, warn } from '../printing/report.js';
import { escapeText } from '../printing/text.js';

/** Who waits longer than this is told for what, in ms. */
const SILENCE_MS = 1000;

/** How a wait ends that has no limit but `--timeout`. */
export const HOW_TO_END = 'Ctrl-C ends this, --timeout MS limits it';

/**
 * Waits for `wait`, and says in one line on stderr what for, when it takes longer than a second.
 *
 * @param text - asked each second until it gives a line; not at all with `quiet`
 */
export async function announced<T>(
  wait: Promise<T>,
  { quiet = false }: { readonly quiet?: boolean },
  text: () => string | undefined,
): Promise<T> {
  if (quiet) return wait;
  const timer = setInterval(() => {
    const line = text();
    if (line === undefined) return;
    clearInterval(timer);
    warn(line);
  }, SILENCE_MS);
  try {
    return await wait;
  } finally {
    clearInterval(timer);
  }
}

/** `'robot' (key 0x0764801e, file /dev/shm/eshm_robot)`. */
export function nameInFull(name: string): string {
  const { key, path } = channelName(name);
  return `'${escapeText(name)}' (key ${formatKey(key)}, file ${escapeText(`${path}`)})`;
}

/**
 * What a command waits for that wants the other side to come.
 *
 * @param limitMs - after which it gives up though nobody has said so; `undefined` where it would wait for ever
 */
export function waitingFor(
  name: string,
  other: 'master' | 'slave',
  what: string,
  limitMs: number | undefined,
): string {
  return `waiting for a ${other} of ${nameInFull(name)}: ${what}${didYouMean(name) || ';'} ${howToEnd(limitMs, '--timeout')}`;
}

function howToEnd(limitMs: number | undefined, option: '--timeout' | '--reconnect-wait'): string {
  if (limitMs === undefined) return HOW_TO_END;
  return `Ctrl-C ends this, and it gives up after ${limitMs} ms; ${option} MS sets another time`;
}

/**
 * What a command waits for that has joined: the other side is lost, or says nothing.
 *
 * @param lossMs - after which it gives up though nobody has said so, when the other side is lost; `undefined` where it would
 * not
 */
export function waitingWith(endpoint: Eshm, what: string, lossMs: number | undefined): string {
  const { name, role } = endpoint;
  const other = role === 'slave' ? 'master' : 'slave';
  if (endpoint.state === 'connected') {
    const { masterPid, slavePid } = endpoint.stats();
    const who = showProcess(role === 'slave' ? masterPid : slavePid);
    return `joined ${nameInFull(name)} as ${role}, its ${other} is ${who}; ${what}; ${HOW_TO_END}`;
  }
  return `waiting for a ${other} of ${nameInFull(name)}: the one that was there beats no more; ${howToEnd(lossMs, '--reconnect-wait')}`;
}
