import { terminalWidth } from './out.js';

/** Time between two lines of progress, in ms. */
export const PROGRESS_MS = 1000;

const CLEAR_LINE = '\x1b[2K';
const CLEAR_BELOW = '\x1b[J';

/** Goes up so many lines, to their beginnings. */
const up = (lines: number) => (lines === 0 ? '\r' : `\r\x1b[${lines}A`);

/**
 * The last lines of a terminal, which are written again and again, below those that stay. Nothing where output is no
 * terminal.
 *
 * Belongs to stdout.
 */
export class Progress {
  #shown = 0;

  /** Whether there is a terminal. */
  get isShowing(): boolean {
    return Boolean(process.stdout.isTTY);
  }

  /** Shows lines in the place of those before: as many as the terminal has room for. */
  show(...lines: string[]): void {
    if (!this.isShowing || lines.length === 0) return;
    const fitting = lines.slice(0, Math.max(1, (process.stdout.rows || 24) - 1));
    const text = fitting.map((line) => `${CLEAR_LINE}${[...line].slice(0, terminalWidth() - 1).join('')}`);
    process.stdout.write(`${up(Math.max(0, this.#shown - 1))}${text.join('\n')}${CLEAR_BELOW}`);
    this.#shown = fitting.length;
  }

  /** Takes them away, before lines that stay. */
  clear(): void {
    if (this.#shown > 0) process.stdout.write(`${up(this.#shown - 1)}${CLEAR_BELOW}`);
    this.#shown = 0;
  }
}
