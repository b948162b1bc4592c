/*
 * What a Node user would pick instead: `pipes.js uds|process-send|zeromq|tcp|nats`, one command per line.
 *
 *   listen PATH     the answering end           -> ok
 *   connect PATH    the asking end              -> ok
 *   ping SIZE COUNT                             -> ok ns=A,B,... of each trip
 *   flood SIZE COUNT  no answers (nats only)    -> ok per-second=N
 *   quit                                        -> ok
 *
 * For process-send the asking end forks the answering one, and PATH is of no interest.
 */
import { figures, serve } from './serve.js';
import type { Asker, Transport } from './transports/transport.js';

async function load(name: string | undefined): Promise<Transport> {
  if (name === 'uds') return import('./transports/uds.js');
  if (name === 'process-send') return import('./transports/process-send.js');
  if (name === 'zeromq') return import('./transports/zeromq.js');
  if (name === 'tcp') return import('./transports/tcp.js');
  if (name === 'nats') return import('./transports/nats.js');
  throw new Error(`unknown transport ${name}`);
}

const transport = await load(process.argv[2]);
let asker: Asker | undefined;

async function ping(size: number, count: number): Promise<Float64Array> {
  if (asker === undefined) throw new Error('not connected');
  const message = Buffer.alloc(size, 0x5a);
  const results = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const startMs = performance.now();
    await asker.trip(message);
    results[i] = (performance.now() - startMs) * 1e6;
  }
  return results;
}

async function flood(size: number, count: number): Promise<string> {
  if (asker?.flood === undefined) throw new Error('this transport cannot');
  const startMs = performance.now();
  await asker.flood(Buffer.alloc(size, 0x5a), count);
  return (count / ((performance.now() - startMs) / 1000)).toFixed(0);
}

await serve(
  {
    listen: async (path) => {
      await transport.listen(path!);
      return '';
    },
    connect: async (path) => {
      asker = await transport.connect(path!);
      return '';
    },
    flood: async (size, count) => `per-second=${await flood(Number(size), Number(count))}`,
    ping: async (size, count) => figures('ns', await ping(Number(size), Number(count))),
  },
  () => asker?.close(),
);
