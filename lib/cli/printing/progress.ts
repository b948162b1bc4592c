import { terminalWidth } from './out.js';

/** Time between two lines of progress, in ms. */
export const PROGRESS_MS = 1000;

const CLEAR_LINE = '\x1b[2K';

/**
 * One line of a terminal that is written again and again, below those that stay. Nothing where output is no terminal.
 *
 * Belongs to stdout.
 */
export class Progress {
  #isShown = false;

  /** Whether there is a terminal. */
  get isShowing(): boolean {
    return Boolean(process.stdout.isTTY);
  }

  /** Shows `line` in the place of the one before. */
  show(line: string): void {
    if (!this.isShowing) return;
    process.stdout.write(`\r${CLEAR_LINE}${[...line].slice(0, terminalWidth() - 1).join('')}`);
    this.#isShown = true;
  }

  /** Takes the line away, before lines that stay. */
  clear(): void {
    if (this.#isShown) process.stdout.write(`\r${CLEAR_LINE}`);
    this.#isShown = false;
  }
}
