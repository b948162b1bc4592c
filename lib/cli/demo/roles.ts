import { isCorrupt } from '../../errors.js';
import type { Eshm } from '../../index.js';
import { printable } from '../printing/text.js';
import { pause } from '../stop.js';

/** How a demo goes on. */
export interface DemoOptions {
  /** Time between two messages of a master, in ms. */
  readonly intervalMs: number;
  /** Messages to send, or to answer; 0 goes on until `stop`. */
  readonly count: number;
  /** Ends the demo. */
  readonly stop: AbortSignal;
  /** Prints one line. */
  readonly say: (line: string) => void;
}

/** A master waits so long for an answer, and a slave so long before it looks up, in ms; the original's figure. */
const REPLY_TIMEOUT_MS = 100;

/** Time between two looks at the slot, in ms. */
const LOOK_INTERVAL_MS = 1;

/** Greets the slave every interval and prints what it answers. */
export async function runMaster(master: Eshm, { intervalMs, count, stop, say }: DemoOptions): Promise<void> {
  say('[MASTER] Initialized with role: MASTER');
  for (let number = 0; !stop.aborted && (count === 0 || number < count); number++) {
    if (number > 0) await pause(intervalMs, stop);
    if (stop.aborted) return;
    const text = `Hello from TypeScript master #${number}`;
    master.write(text);
    say(`[MASTER] Sent: ${text}`);
    const answer = await receive(master, stop, (problem) => say(`[MASTER] Read failed: ${problem}`));
    if (answer !== undefined) say(`[MASTER] Received: ${printable(answer)}`);
  }
}

/** Prints what the master sends and acknowledges it; follows the master through a restart. */
export async function runSlave(slave: Eshm, { count, stop, say }: DemoOptions): Promise<void> {
  say('Initialized as SLAVE');
  slave.on('reconnecting', () => say('[SLAVE] Master is stale, looking for a new one'));
  slave.on('recovered', () => say('[SLAVE] Master is back'));
  slave.on('reconnected', ({ generation }) => say(`[SLAVE] Reconnected: master generation ${generation}`));
  for (let number = 0; !stop.aborted && (count === 0 || number < count); ) {
    const message = await receive(slave, stop, (problem) => say(`[SLAVE] Read failed: ${problem}`));
    if (message === undefined) continue;
    say(`[SLAVE] Received (${message.length} bytes): ${printable(message)}`);
    const text = `ACK from TypeScript slave #${number}`;
    // The master may have gone away just now, and a new one is being looked for.
    if (!slave.tryWrite(text)) continue;
    say(`[SLAVE] Sent: ${text}`);
    number += 1;
  }
}

/** The next message, or `undefined` after the reply timeout; a damaged one is told and passed over. */
async function receive(
  endpoint: Eshm,
  stop: AbortSignal,
  tell: (problem: string) => void,
): Promise<Buffer | undefined> {
  const deadline = performance.now() + REPLY_TIMEOUT_MS;
  while (!stop.aborted && performance.now() < deadline) {
    try {
      const message = endpoint.tryRead();
      if (message !== undefined) return message;
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      tell(error.message);
    }
    await pause(LOOK_INTERVAL_MS, stop);
  }
  return undefined;
}
