/*
 * The TypeScript side of the benchmarks, as native/driver.cpp is the other: `driver.js [system-v|posix]`, where its channels
 * are, then
 *
 *   open master|slave NAME [ORDER] [IDLE] [SIZE]                               -> ok
 *   open observer NAME                sees both directions from now on         -> ok
 *   open recorder NAME FILE           likewise, into a file that goes with it  -> ok
 *   close                                                                     -> ok
 *   open-others NAME...               masters beside the one that is open, until `close`      -> ok
 *   open-beside NAME                  a slave of another channel, until `close`               -> ok
 *   write SIZE COUNT BATCHES          endpoint.write, COUNT times a batch      -> ok ns=A,B,... per write
 *   misses SIZE COUNT BATCHES [watched]   write twice, tryReadInto         -> ok ns=A,B,... per read
 *   update NAME ORDER COUNT BATCHES   endpoint.update of eight doubles         -> ok ns=A,B,... per update
 *   look NAME view|read SIZE COUNT BATCHES  of each message written           -> ok ns=A,B,... per look
 *   items-write NAME items|json|msgpackr COUNT BATCHES  five values    -> ok ns=A,B,... per message
 *   items-read NAME items|json|msgpackr COUNT BATCHES                     -> ok ns=A,B,... per message
 *   ping SIZE BATCH BATCHES           write, then spin with tryReadInto        -> ok ns=A,B,... per trip
 *   echo COUNT                        the other end of it                     -> ok
 *   awaited-ping SIZE COUNT           write, then await read()                 -> ok ns=A,B,... of each trip
 *   awaited-echo COUNT                the other end of it                     -> ok
 *   careful-ping SIZE COUNT PAUSE_US  sends again what was not answered       -> ok ns=A,B,...
 *   paced COUNT PERIOD_NS [SIZE]      writes at intended times                -> ok
 *   follow COUNT TIMEOUT_MS WAKE|sync [busy]   native `jittered`, read        -> ok ns=A,B,... of each read
 *   follow-both COUNT TIMEOUT_MS COUNT WAKE    of two channels at once        -> ok ns=A,B,... of each read
 *   watch COUNT TIMEOUT_MS            of an observer or recorder: native `jittered` -> ok ns=A,B,... of each seen
 *   watched                           what it has seen so far                   -> ok messages=N
 *   flatout                           reads native `flood` to its end           -> ok per-second=N
 *   collect COUNT TIMEOUT_MS          spins for messages of `paced`           -> ok ns=A,B,... after the intended time
 *   park                              awaits a message that nobody writes     -> ok
 *   unpark                            ends that                               -> ok
 *   rouse COUNT LEAST_MS              writes now and then                     -> ok
 *   roused COUNT                      awaits each of them                     -> ok ns=A,B,... after it was written
 *   stream COUNT                      sends, each when the last was read      -> ok per-second=N
 *   drain COUNT                       reads COUNT messages, none may miss     -> ok
 *   open-first NAME                   import is done, nothing was opened      -> ok ms=N
 *   opens COUNT NAME                  open and close of a master              -> ok ms=A,B,...
 *   cpu                               of this process so far                  -> ok us=N
 *   quit                                                                      -> ok
 */
import { Eshm, type IdleName, type Order, type Wake } from '../../lib/index.js';
import type { ShmKind } from '../../lib/store/index.js';
import { awaitedEcho, awaitedPing } from './awaited-trips.js';
import { readFlatOut } from './flat-out.js';
import { timeItemReads, timeItemWrites } from './items.js';
import { timeMisses } from './misses.js';
import { collect, paced } from './one-way.js';
import { type Onlooker, observing, recording } from './onlookers.js';
import { park, rouse, roused, unpark } from './parked.js';
import { drain, stream } from './rate.js';
import { timeLooks, timeUpdates } from './records.js';
import { carefulPing, echo, ping } from './round-trips.js';
import { figures, serve } from './serve.js';
import { follow, followSync, keepBusy } from './streams.js';
import { timeWrites } from './writes.js';

/** A busy machine must not make a benchmark's peer stale; the same in bench/native/session.hpp. */
const STALE_THRESHOLD_MS = 10_000;

/** Where the channels are. */
const shm = (process.argv[2] ?? 'system-v') as ShmKind;

const MASTER = { role: 'master', shm, staleThresholdMs: STALE_THRESHOLD_MS } as const;

let endpoint: Eshm | undefined;
let onlooker: Onlooker | undefined;
const others: Eshm[] = [];

function opened(): Eshm {
  if (endpoint === undefined) throw new Error('nothing is open');
  return endpoint;
}

function looking(): Onlooker {
  if (onlooker === undefined) throw new Error('nobody looks on');
  return onlooker;
}

async function close(): Promise<void> {
  endpoint?.close();
  endpoint = undefined;
  for (const other of others.splice(0)) other.close();
  const left = onlooker;
  onlooker = undefined;
  await left?.close();
}

function timeOpenMs(name: string): number {
  const startMs = performance.now();
  Eshm.open(name, MASTER).close();
  return performance.now() - startMs;
}

await serve(
  {
    open: async (role, name, order = 'atomics', idle = 'adaptive', size = '4096') => {
      await close(); // what a failed round left open
      if (role === 'observer') {
        onlooker = observing(name!, shm);
        return '';
      }
      if (role === 'recorder') {
        onlooker = await recording(name!, shm, order);
        return '';
      }
      endpoint = Eshm.open(name!, {
        role: role as 'master' | 'slave',
        shm,
        order: order as Order,
        idle: idle as IdleName,
        maxDataSize: Number(size),
        staleThresholdMs: STALE_THRESHOLD_MS,
      });
      return '';
    },
    close: async () => {
      await close();
      return '';
    },
    'open-others': (...names) => {
      for (const name of names) others.push(Eshm.open(name, MASTER));
      return undefined;
    },
    'open-beside': (name) => {
      others.push(Eshm.open(name!, { ...MASTER, role: 'slave' }));
      return undefined;
    },
    write: (size, count, batches) =>
      figures('ns', timeWrites(opened(), Number(size), Number(count), Number(batches))),
    misses: async (size, count, batches, watched) =>
      figures(
        'ns',
        await timeMisses(opened(), Number(size), Number(count), Number(batches), watched === 'watched'),
      ),
    update: (name, order, count, batches) =>
      figures('ns', timeUpdates(name!, order as Order, Number(count), Number(batches))),
    look: (name, how, size, count, batches) =>
      figures('ns', timeLooks(name!, how!, Number(size), Number(count), Number(batches))),
    'items-write': async (name, format, count, batches) =>
      figures('ns', await timeItemWrites(name!, format!, Number(count), Number(batches))),
    'items-read': async (name, format, count, batches) =>
      figures('ns', await timeItemReads(name!, format!, Number(count), Number(batches))),
    ping: (size, batch, batches) =>
      figures('ns', ping(opened(), Number(size), Number(batch), Number(batches))),
    echo: (count) => {
      echo(opened(), Number(count));
      return undefined;
    },
    'awaited-ping': async (size, count) =>
      figures('ns', await awaitedPing(opened(), Number(size), Number(count))),
    'awaited-echo': async (count) => {
      await awaitedEcho(opened(), Number(count));
      return '';
    },
    'careful-ping': (size, count, pauseUs) =>
      figures('ns', carefulPing(opened(), Number(size), Number(count), Number(pauseUs))),
    paced: (count, periodNs, size = '64') => {
      paced(opened(), Number(count), BigInt(periodNs!), Number(size));
      return undefined;
    },
    flatout: () => `per-second=${readFlatOut(opened()).toFixed(0)}`,
    collect: (count, timeoutMs) => figures('ns', collect(opened(), Number(count), Number(timeoutMs))),
    follow: async (count, timeoutMs, wake, busy) => {
      const stop = busy === 'busy' ? keepBusy() : () => {};
      try {
        const [messages, ms] = [Number(count), Number(timeoutMs)];
        if (wake === 'sync') return figures('ns', followSync(opened(), messages, ms));
        return figures('ns', await follow(opened(), messages, ms, wake as Wake));
      } finally {
        stop();
      }
    },
    'follow-both': async (count, timeoutMs, countBeside, wake) => {
      const [beside] = others;
      if (beside === undefined) throw new Error('nothing is open beside');
      const delays = await Promise.all([
        follow(opened(), Number(count), Number(timeoutMs), wake as Wake),
        follow(beside, Number(countBeside), Number(timeoutMs), wake as Wake),
      ]);
      return figures('ns', delays.flat());
    },
    watch: async (count, timeoutMs) =>
      figures('ns', await looking().follow(Number(count), Number(timeoutMs))),
    watched: () => `messages=${looking().seen()}`,
    park: () => {
      park(opened());
      return undefined;
    },
    unpark: async () => {
      await unpark();
      return '';
    },
    rouse: (count, leastMs) => {
      rouse(opened(), Number(count), Number(leastMs));
      return undefined;
    },
    roused: async (count) => figures('ns', await roused(opened(), Number(count))),
    stream: (count) => `per-second=${stream(opened(), Number(count)).toFixed(0)}`,
    drain: (count) => {
      drain(opened(), Number(count));
      return undefined;
    },
    'open-first': (name) => figures('ms', [timeOpenMs(name!)]),
    opens: (count, name) =>
      figures(
        'ms',
        Array.from({ length: Number(count) }, () => timeOpenMs(name!)),
      ),
    cpu: () => {
      const { user, system } = process.cpuUsage();
      return `us=${user + system}`;
    },
  },
  close,
);
