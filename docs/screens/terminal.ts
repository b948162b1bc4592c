import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** Columns and rows of the terminal that is photographed: the smallest one that people use. */
export const COLUMNS = 80;
export const ROWS = 24;

const WATCHDOG_MS = 60_000;

/** A program in a real terminal: a tmux server of its own, which sees the IPC namespace of this process. */
export class Terminal implements Disposable {
  static #count = 0;
  /** One of its own: the server of the one before may still be on its way out. */
  readonly #socket = `eshm-screens-${process.pid}-${Terminal.#count++}`;

  /** @param words - the command, run without a shell's interpretation */
  constructor(words: readonly string[]) {
    const line = words.map((word) => `'${word}'`).join(' ');
    this.#tmux('-f', '/dev/null', 'new-session', '-d', '-x', `${COLUMNS}`, '-y', `${ROWS}`, line);
  }

  /** The screen as text with escape sequences for its colours. */
  get screen(): string {
    return this.#tmux('capture-pane', '-e', '-p');
  }

  /** Waits until the text of the screen, without its colours, matches. */
  async shows(pattern: RegExp): Promise<void> {
    const end = Date.now() + WATCHDOG_MS;
    for (let text = ''; !pattern.test(text); text = this.#tmux('capture-pane', '-p')) {
      if (Date.now() > end) throw new Error(`Cannot take the picture: never saw ${pattern} in:\n${text}`);
      await sleep(20);
    }
  }

  [Symbol.dispose](): void {
    this.#tmux('kill-server');
  }

  #tmux(...args: string[]): string {
    const env = { ...process.env, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', NO_COLOR: '', TMUX: '' };
    return execFileSync('tmux', ['-u', '-L', this.#socket, ...args], { encoding: 'utf8', env });
  }
}
