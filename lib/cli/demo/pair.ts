import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { LONGEST_TIMER_MS, pause } from '../stop.js';
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
  /** Resolves with whether it has joined the channel; `false` when it has ended without a line. */
  readonly joined: Promise<boolean>;
  sent = 0;
  received = 0;

  constructor(args: readonly string[], say: (line: string) => void) {
    this.#child = spawn(process.execPath, [MAIN, 'demo', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.ended = once(this.#child, 'close').then(
      ([code]) => code ?? undefined,
      () => undefined,
    );
    const lines = createInterface({ input: this.#child.stdout! });
    this.joined = Promise.race([once(lines, 'line').then(() => true), this.ended.then(() => false)]);
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
 * @param shm - the kind of memory; where the peer is, unless it is given
 * @returns whether both ended well and messages went both ways
 */
export async function runPair(
  name: string,
  { intervalMs, count, stop, say }: DemoOptions,
  shm?: string,
): Promise<boolean> {
  const kind = shm === undefined ? [] : ['--shm', shm];
  const master = new Side(
    ['master', ...kind, '--interval', String(intervalMs), '--count', String(count), '--', name],
    say,
  );
  const slave =
    (await master.joined) && !stop.aborted ? new Side(['slave', ...kind, '--', name], say) : undefined;
  if (slave !== undefined) await talk([master, slave], count, stop);
  const slaveCode = await slave?.end();
  const masterCode = await master.end();
  const [slaveSent, slaveReceived] = [slave?.sent ?? 0, slave?.received ?? 0];
  say('');
  say(`master -> slave: ${master.sent} sent, ${slaveReceived} received`);
  say(`slave -> master: ${slaveSent} sent, ${master.received} received`);
  const well = masterCode === 0 && slaveCode === 0 && slaveReceived > 0 && master.received > 0;
  say(well ? 'Messages went both ways.' : 'FAILED: messages did not go both ways, or a side ended badly.');
  return well;
}

/** Until the time is over, one side has ended, or the user has had enough. */
async function talk(sides: readonly Side[], count: number, stop: AbortSignal): Promise<void> {
  const over = new AbortController();
  const end = () => over.abort();
  stop.addEventListener('abort', end, { once: true });
  for (const side of sides) void side.ended.then(end);
  // With a count, the master ends by itself.
  await pause(count === 0 ? DURATION_MS : LONGEST_TIMER_MS, over.signal);
  stop.removeEventListener('abort', end);
}
