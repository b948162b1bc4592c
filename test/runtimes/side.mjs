/** `side.mjs master|slave NAME`, for any runtime: one end of a channel with a C++ peer; main.ts drives both. */
import { Eshm } from 'eshm';
import { fromObject, items, toObject } from 'eshm/items';
import { openRecording } from 'eshm/recording';

/** Longer than the stale threshold: only a heartbeat of its own thread outlives it. */
const BLOCKED_MS = 1500;
const PATIENCE_MS = 20_000;

const [role, name] = process.argv.slice(2);
const endpoint =
  role === 'master'
    ? Eshm.open(name, { role, staleThresholdMs: 1000 })
    : await Eshm.connect(name, { timeoutMs: PATIENCE_MS });
const codec = items();
if (toObject(codec.decode(codec.encode(fromObject({ count: 5n })))).count !== 5n)
  throw new Error('other items');
const why = await openRecording('nowhere.mcap').catch((error) => error.message);
if (!/no such file|@mcap\/core is not installed/.test(why)) throw new Error(`a recording says ${why}`);
console.log('open');
await endpoint.send(`hello from a ${role}`, { timeoutMs: PATIENCE_MS, resendMs: 5 });
console.log('sent');
console.log(`read ${await endpoint.read({ timeoutMs: PATIENCE_MS })}`);
const endMs = performance.now() + BLOCKED_MS;
while (performance.now() < endMs);
console.log('blocked');
process.stdin.once('end', () => {
  endpoint.close();
  console.log('closed');
});
process.stdin.resume();
