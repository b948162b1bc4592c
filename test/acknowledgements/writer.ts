/*
 * Writes plain messages, then sends one, again and again, and remembers which were acknowledged. Arguments: the channel's
 * name, `order`, `send` or `sendSync`, seconds. Ends with a line of JSON.
 */
import { Eshm } from '../../lib/index.js';
import { LAST, WRITES } from './messages.js';
import { Numbers } from './numbers.js';

const [name, order, method, seconds] = process.argv.slice(2);
const master = Eshm.open(name!, {
  role: 'master',
  order: order as 'atomics' | 'plain',
  staleThresholdMs: 30_000,
  idle: 'busy-spin',
});
console.log('up');
while (!master.remoteAlive) await new Promise((resolve) => setTimeout(resolve, 5));

const acknowledged = new Numbers();
const plain = Buffer.alloc(64);
const message = Buffer.alloc(64);
const endMs = performance.now() + 1000 * Number(seconds);
let [sends, timedOut] = [0, 0];
while (performance.now() < endMs) {
  for (let i = 0; i < WRITES; i++) master.write(plain);
  sends++;
  message.writeUInt32LE(sends);
  // Some give up while the reader has no core, so that what follows meets a message that may still be read.
  const timeoutMs = sends % 4 === 0 ? 1 : 5000;
  try {
    if (method === 'send') await master.send(message, { timeoutMs });
    else master.sendSync(message, { timeoutMs });
    acknowledged.add(sends);
  } catch (error) {
    if ((error as { code?: string }).code !== 'ESHM_TIMEOUT') throw error;
    timedOut++;
  }
}
message.writeUInt32LE(LAST);
master.sendSync(message, { timeoutMs: 60_000, resendMs: 20 });
master.close();
console.log(JSON.stringify({ sends, timedOut, acknowledged: `${acknowledged}` }));
