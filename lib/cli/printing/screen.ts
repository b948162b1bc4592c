import { stripVTControlCharacters } from 'node:util';

const HOME = '\x1b[H';
const CLEAR_LINE = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';
const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const ALTERNATE = '\x1b[?1049h';
const NORMAL = '\x1b[?1049l';

/**
 * A terminal that is painted again and again in place, on its alternate screen, and whose keys are heard. Whatever way the
 * process ends in good order, the terminal is as it was. Until it is closed, a keyboard keeps the process alive.
 */
export class Screen {
  #open = true;
  #lines: readonly string[] = [];
  readonly #repaint = () => this.paint(this.#lines);
  readonly #restore = () => this.close();
  readonly #endKeys: () => void;

  /** @param onKey - called with every key typed, where there is a keyboard; Ctrl-C ends the process as the signal does */
  constructor(onKey: (key: string) => void) {
    process.stdout.write(`${ALTERNATE}${HIDE_CURSOR}${HOME}${CLEAR_BELOW}`);
    process.on('exit', this.#restore);
    process.stdout.on('resize', this.#repaint);
    this.#endKeys = readKeys(onKey);
  }

  /** Columns, at least 1. */
  get width(): number {
    return process.stdout.columns || 80;
  }

  /** Shows `lines` from the top, cut to what fits. */
  paint(lines: readonly string[]): void {
    if (!this.#open) return;
    this.#lines = lines;
    const rows = process.stdout.rows || 24;
    const shown = lines.slice(0, rows).map((line) => clipStyled(line, this.width) + CLEAR_LINE);
    process.stdout.write(`${HOME}${shown.join('\n')}${CLEAR_BELOW}`);
  }

  /** Gives the terminal back, with what it showed before. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    process.off('exit', this.#restore);
    process.stdout.off('resize', this.#repaint);
    this.#endKeys();
    process.stdout.write(`${SHOW_CURSOR}${NORMAL}`);
  }
}

/** A line with colours, cut to `width` columns; loses its colours when it is too long. */
function clipStyled(line: string, width: number): string {
  const plain = stripVTControlCharacters(line);
  const characters = [...plain];
  return characters.length <= width ? line : characters.slice(0, width).join('');
}

/** Calls `onKey` with every key typed, until the function that it returns is called. */
function readKeys(onKey: (key: string) => void): () => void {
  const { stdin } = process;
  if (!stdin.isTTY) return () => {};
  const hear = (keys: string) => {
    for (const key of keys) {
      if (key === '\x03') process.exit(130);
      onKey(key);
    }
  };
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdin.on('data', hear);
  return () => {
    stdin.off('data', hear);
    stdin.pause();
    stdin.setRawMode(false);
  };
}
