import pc from 'picocolors';
import type { ShmState } from '../looking/inspect.js';

/** Colours for `stream`'s reader: none where it is no terminal, or under `NO_COLOR`. */
export function coloursFor(stream: NodeJS.WriteStream): ReturnType<typeof pc.createColors> {
  const wanted = stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
  return pc.createColors(wanted);
}

/** The colour of a state: its word says the same, so nothing is lost without colours. */
export function paintState(text: string, state: ShmState | 'gone', colours = coloursFor(process.stdout)) {
  switch (state) {
    case 'live':
      return colours.green(text);
    case 'stale':
      return colours.red(text);
    case 'unreadable':
      return colours.yellow(text);
    default:
      return colours.dim(text);
  }
}
