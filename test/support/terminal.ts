import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** What is not on the screen by then never comes, in ms. */
const WATCHDOG_MS = 120_000;

/** Columns and rows of a terminal where nothing else is said: the smallest one that people use. */
export const COLUMNS = 80;
export const ROWS = 24;

/** Size, and what is in the terminal beside the program. */
export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  /** Shows the program's exit code when it has ended, and stays. */
  readonly showsEnd?: boolean;
}

/** A program in a real terminal: a tmux server of its own, which sees the namespaces of this process. */
export class Terminal implements Disposable {
  static #count = 0;
  /** One of its own: the server of the one before may still be on its way out. */
  readonly #socket = `eshm-terminal-${process.pid}-${Terminal.#count++}`;

  /** @param words - the command, run without a shell's interpretation */
  constructor(
    words: readonly string[],
    { columns = COLUMNS, rows = ROWS, showsEnd = false }: TerminalOptions = {},
  ) {
    const quoted = words.map((word) => `'${word}'`).join(' ');
    const line = showsEnd ? `${quoted}; echo "ended with $?"; sleep 60` : quoted;
    this.#tmux('-f', '/dev/null', 'new-session', '-d', '-x', `${columns}`, '-y', `${rows}`, line);
  }

  /** The screen, without colours. */
  get text(): string {
    return this.#tmux('capture-pane', '-p').trimEnd();
  }

  /** The screen, with its escape sequences. */
  get styled(): string {
    return this.#tmux('capture-pane', '-p', '-e');
  }

  /** Whether the program has left the cursor on. */
  get cursor(): 'shown' | 'hidden' {
    return this.#tmux('display-message', '-p', '#{cursor_flag}').trim() === '1' ? 'shown' : 'hidden';
  }

  type(keys: string): void {
    this.#tmux('send-keys', keys);
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', `${columns}`, '-y', `${rows}`);
  }

  /** Waits until the text matches. */
  async shows(pattern: RegExp): Promise<void> {
    const end = performance.now() + WATCHDOG_MS;
    for (let text = this.text; !pattern.test(text); text = this.text) {
      if (performance.now() > end) throw new Error(`The terminal never showed ${pattern}, but:\n${text}`);
      await sleep(20);
    }
  }

  [Symbol.dispose](): void {
    try {
      this.#tmux('kill-server');
    } catch {
      // The server ends by itself with its last program.
    }
  }

  #tmux(...args: string[]): string {
    const env = { ...process.env, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', NO_COLOR: '', TMUX: '' };
    return execFileSync('tmux', ['-u', '-L', this.#socket, ...args], {
      encoding: 'utf8',
      env,
      stdio: 'pipe',
    });
  }
}
