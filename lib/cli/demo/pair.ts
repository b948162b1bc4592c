import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { pause } from '../stop.js';
import type { DemoOptions } from './roles.js';

/** How long the two talk when no count is given, in ms. */
const DURATION_MS = 3000;

/** A side that has not ended so long after SIGTERM is killed, in ms. */
const END_TIMEOUT_MS = 5000;

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));

/** One side of the demo in a process of its own, and what its lines told. */
class Side {
  readonly #child: ChildProcess;
  /** Resolves with the exit code, or `undefined` for a side that was killed. */
  readonly ended: Promise<number | undefined>;
  /** Resolves when it has joined the channel, or has ended. */
  readonly joined: Promise<unknown>;
  sent = 0;
  received = 0;

  constructor(args: readonly string[], say: (line: string) => void) {
    this.#child = spawn(process.execPath, [MAIN, 'demo', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.ended = once(this.#child, 'close').then(
      ([code]) => code ?? undefined,
      () => undefined,
    );
    const lines = createInterface({ input: this.#child.stdout! });
    this.joined = Promise.race([once(lines, 'line'), this.ended]);
    lines.on('line', (line) => {
      if (line.includes('] Sent: ')) this.sent += 1;
      if (/\] Received( \(\d+ bytes\))?: /.test(line)) this.received += 1;
      say(line);
    });
  }

  /** Asks it to end, and kills it when it does not. */
  async end(): Promise<number | undefined> {
    this.#child.kill('SIGTERM');
    const watchdog = setTimeout(() => this.#child.kill('SIGKILL'), END_TIMEOUT_MS);
    const code = await this.ended;
    clearTimeout(watchdog);
    return code;
  }
}

/**
 * A master and a slave on the channel `name`, each a process of its own, for about three seconds or `count` messages.
 *
 * @returns whether both ended well and messages went both ways
 */
export async function runPair(name: string, { intervalMs, count, stop, say }: DemoOptions): Promise<boolean> {
  const master = new Side(
    ['master', '--interval', String(intervalMs), '--count', String(count), '--', name],
    say,
  );
  await Promise.race([master.joined, aborted(stop)]);
  const slave = new Side(['slave', '--', name], say);
  const over = count === 0 ? pause(DURATION_MS, stop) : aborted(stop);
  await Promise.race([over, master.ended, slave.ended]);
  const slaveCode = await slave.end();
  const masterCode = await master.end();
  say('');
  say(`master -> slave: ${master.sent} sent, ${slave.received} received`);
  say(`slave -> master: ${slave.sent} sent, ${master.received} received`);
  const well = masterCode === 0 && slaveCode === 0 && slave.received > 0 && master.received > 0;
  say(well ? 'Messages went both ways.' : 'FAILED: messages did not go both ways, or a side ended badly.');
  return well;
}

function aborted(stop: AbortSignal): Promise<void> {
  if (stop.aborted) return Promise.resolve();
  return new Promise((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
}
