import { formatCount } from './format.js';

/** Writes lines to stdout. */
export function print(...lines: string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
}

/** Writes one line to stderr: what happened beside the result. */
export function warn(line: string): void {
  process.stderr.write(`eshm: ${line}\n`);
}

/** `1 segment`, `2 segments`. */
export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : nouns}`;
}

/** `1 message overwritten before it was read`, `2 messages overwritten before they were read`. */
export function overwritten(count: number, before: 'read' | 'seen'): string {
  return `${plural(count, 'message')} overwritten before ${count === 1 ? 'it was' : 'they were'} ${before}`;
}

/** Columns of the terminal; no limit where output is no terminal. */
export function terminalWidth(): number {
  return process.stdout.isTTY ? process.stdout.columns || 80 : Number.POSITIVE_INFINITY;
}
