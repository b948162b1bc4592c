import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { INTERRUPTED } from '../conventions.js';
import { COMMAND } from '../places.js';
import { LONGEST_TIMER_MS, pause } from '../stop.js';
import type { DemoOptions } from './roles.js';

/** How long the two talk when no count is given, once messages have gone both ways, in ms. */
const DURATION_MS = 3000;

/** How long it may take until they have: a busy machine is slow to start a process. */
const LONGEST_START_MS = 60_000;

/** Pause between two looks whether they have, in ms. */
const LOOK_INTERVAL_MS = 50;

/** A side that has not ended so long after SIGTERM is killed, in ms. */
const END_TIMEOUT_MS = 5000;

/** One side of the demo in a process of its own, and what its lines told. */
class Side {
  readonly #child: ChildProcess;
  /** Resolves with the exit code, or `undefined` for a side that was killed. */
  readonly ended: Promise<number | undefined>;
  /** Resolves with whether it has joined the channel; `false` when it has ended without a line. */
  readonly joined: Promise<boolean>;
  sent = 0;
  received = 0;

  readonly #tell: (line: string) => void;

  /** @param tell - of each line */
  constructor(args: readonly string[], tell: (line: string) => void) {
    this.#tell = tell;
    this.#child = spawn(process.execPath, [COMMAND, 'demo', ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.ended = once(this.#child, 'close').then(
      ([code]) => code ?? undefined,
      () => undefined,
    );
    const lines = createInterface({ input: this.#child.stdout! });
    this.joined = Promise.race([once(lines, 'line').then(() => true), this.ended.then(() => false)]);
    lines.on('line', (line) => {
      if (line.includes('] Sent: ')) this.sent += 1;
      if (/\] Received( \(\d+ bytes\))?: /.test(line)) this.received += 1;
      this.#tell(line);
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
 * A master and a slave on the channel `name`, each a process of its own, for three seconds from the moment at which messages
 * have gone both ways, or for `count` messages.
 *
 * @param shm - the kind of memory; where the peer is, unless it is given
 * @returns the exit code: 0 when both ended well and messages went both ways, 130 when the user has ended it, else 1
 */
export async function runPair(
  name: string,
  { intervalMs, count, stop, say }: DemoOptions,
  shm?: string,
): Promise<number> {
  const shown = new Set<string>();
  let left = 0;
  const tell = (line: string) => {
    // One round tells all; what is no part of one is told whenever it comes.
    const kind = /^\[\w+\] (Sent|Received)\b/.exec(line)?.[0];
    if (kind !== undefined && shown.has(kind)) {
      left++;
      return;
    }
    if (kind !== undefined) shown.add(kind);
    say(line);
  };
  const kind = shm === undefined ? [] : ['--shm', shm];
  const master = new Side(
    ['master', ...kind, '--interval', String(intervalMs), '--count', String(count), '--', name],
    tell,
  );
  const slave =
    (await master.joined) && !stop.aborted ? new Side(['slave', ...kind, '--', name], tell) : undefined;
  if (slave !== undefined) await talk([master, slave], count, stop);
  const slaveCode = await slave?.end();
  const masterCode = await master.end();
  const [slaveSent, slaveReceived] = [slave?.sent ?? 0, slave?.received ?? 0];
  say(`... and ${left} lines more like these`);
  say(`master -> slave: ${master.sent} sent, ${slaveReceived} received`);
  say(`slave -> master: ${slaveSent} sent, ${master.received} received`);
  const bothWays = slaveReceived > 0 && master.received > 0;
  say(
    'The slot holds the newest message only: what was written before the slave had come, or over one that was not read yet, or last of all, was sent and not received.',
  );
  if (stop.aborted) {
    say(`Interrupted ${bothWays ? 'while' : 'before'} messages went both ways.`);
    return INTERRUPTED;
  }
  const well = bothWays && masterCode === 0 && slaveCode === 0;
  say(well ? 'Messages went both ways.' : 'FAILED: messages did not go both ways, or a side ended badly.');
  return well ? 0 : 1;
}

/** Until the time is over, one side has ended, or the user has had enough. */
async function talk(sides: readonly Side[], count: number, stop: AbortSignal): Promise<void> {
  const over = new AbortController();
  const end = () => over.abort();
  stop.addEventListener('abort', end, { once: true });
  for (const side of sides) void side.ended.then(end);
  const latestMs = performance.now() + LONGEST_START_MS;
  const talks = () => sides.every(({ received }) => received > 0) || performance.now() > latestMs;
  // With a count, the master ends by itself.
  while (count === 0 && !talks() && !over.signal.aborted) await pause(LOOK_INTERVAL_MS, over.signal);
  await pause(count === 0 ? DURATION_MS : LONGEST_TIMER_MS, over.signal);
  stop.removeEventListener('abort', end);
}
