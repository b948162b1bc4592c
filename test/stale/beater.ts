/**
 * A slave for the comparison of heartbeats: `beater.js by-need|millisecond NAME`. Says `ready` by IPC, and beats until it
 * is killed.
 */
import { Worker } from 'node:worker_threads';
import { deriveKey, layoutFor } from '../../layout/index.js';
import { Eshm } from '../../lib/index.js';

const [mode = '', name = ''] = process.argv.slice(2);

/** What this package did before it beat by need, and the original does: adds 1, sleeps for a millisecond. */
const MILLISECOND = `
  const { workerData } = require('node:worker_threads');
  import(workerData.syscalls).then(({ Segment }) => {
    const { bytes } = Segment.attach(Segment.find(workerData.key));
    const longs = new BigInt64Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 3);
    const sleeper = new Int32Array(new SharedArrayBuffer(4));
    for (;;) {
      Atomics.add(longs, workerData.at >>> 3, 1n);
      Atomics.wait(sleeper, 0, 0, 1);
    }
  });
`;

const slave = Eshm.open(name, { role: 'slave', useThreads: mode === 'by-need' });
if (mode === 'millisecond') {
  new Worker(MILLISECOND, {
    eval: true,
    workerData: {
      key: deriveKey(name),
      at: layoutFor().header.slaveHeartbeat,
      syscalls: new URL('../../syscalls/index.js', import.meta.url).href,
    },
  });
}
process.send?.('ready');
setInterval(() => slave.stats(), 1000);
