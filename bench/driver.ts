import type { PeerProcess } from '../test/peers/peer-process.js';

/**
 * A child process that does one scenario's work when told. Between two rounds it is stopped (SIGSTOP), so that no
 * heartbeat of one scenario disturbs another; nothing may be open then.
 */
export class Driver {
  readonly #child: PeerProcess;

  constructor(child: PeerProcess) {
    this.#child = child;
  }

  /** Sends one command and gives its answer line; throws for `error ...`. */
  command(line: string): Promise<string> {
    return this.#child.command(line, 60_000);
  }

  /** Runs a command whose answer is `ok KEY=A,B,...` and gives the figures. */
  async figures(line: string): Promise<number[]> {
    return parseFigures(await this.command(line));
  }

  /** As {@link figures}, where there is one. */
  async figure(line: string): Promise<number> {
    return (await this.figures(line))[0]!;
  }

  pause(): void {
    this.#child.signal('SIGSTOP');
  }

  resume(): void {
    this.#child.signal('SIGCONT');
  }

  async quit(): Promise<void> {
    this.resume();
    await this.#child.quit();
  }
}

/** The numbers of `ok KEY=A,B,...`. */
export function parseFigures(answer: string): number[] {
  const [, list = ''] = answer.split('=');
  return list === '' ? [] : list.split(',').map(Number);
}
