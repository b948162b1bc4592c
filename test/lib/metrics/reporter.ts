/**
 * `reporter.js NAME`: a slave that reports itself. Reads from NAME now and then, so that it misses messages, answers
 * what it read, and serves its metrics as a program would, on the port that it prints. Ends with its stdin.
 */
import { createServer } from 'node:http';
import { setInterval as every } from 'node:timers/promises';
import { register } from 'prom-client';
import { Eshm } from '../../../lib/index.js';
import { metrics } from '../../../lib/metrics/index.js';

/** Time between two looks for a message. */
const LOOK_INTERVAL_MS = 20;

const slave = await Eshm.connect(process.argv[2]!);
await metrics(slave);
const server = createServer(async (_, response) => {
  response.setHeader('content-type', register.contentType).end(await register.metrics());
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as { port: number }).port));
process.stdin.resume().once('end', () => process.exit());
for await (const _ of every(LOOK_INTERVAL_MS)) {
  const message = slave.tryRead();
  if (message !== undefined) slave.tryWrite(message);
}
