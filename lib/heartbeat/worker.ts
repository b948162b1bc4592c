// The global of that name is a getter, which costs more than the clock.
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { HEARTBEAT_INTERVAL_MS, WATCH_INTERVAL_MS } from '../../layout/index.js';
import { loadBinary } from '../../syscalls/binary.js';
import { Views } from '../../syscalls/views.js';
import { isEnding } from '../threads/index.js';
import { leaveFault } from './fault.js';
import { Pulse } from './pulse.js';
import { Global, ORIGIN_MS, Row, rowAt } from './table.js';
import type { WorkerOutfit } from './worker-start.js';

/*
 * Entry of the heartbeat worker. It beats for every endpoint of its owner's thread as often as its segment's threshold asks
 * for, looks at the peers' heartbeats every ten milliseconds, whatever the owner's event loop does, and watches what parked
 * readers and senders wait for, each millisecond while there are any. It makes no system call on segments: it gets addresses through the table, and reports changes by posting the
 * row's number.
 *
 * It runs from a string (`worker-code.js`), so it reads no file but the binary that it is told of.
 */

const { table, binary, isNative, fault }: WorkerOutfit = workerData;
/** The same, for the times of 64 bits in it. */
const doubles = new Float64Array(table.buffer);
const port = parentPort!;
// The owner has loaded the same file before it maps a segment.
const views = new Views(() => loadBinary(binary!));
const viewOf = (address: number, size: number) => views.of(address, size);
const pulses: (Pulse | undefined)[] = [];

const now = () => performance.now();

/** When the peers are to be looked at: at the latest, because every pass after a rest looks. */
let lookMs = 0;
let hasRested = false;

try {
  if (isNative) loadBinary(binary!);
  for (;;) turn();
} catch (error) {
  leaveFault(fault, error);
  throw error;
}

/** One pass and the sleep after it; a function, so that V8 optimises it. */
function turn(): void {
  const wake = Atomics.load(table, Global.wake);
  // Its endpoints have left their segments; the process ends.
  if (isEnding()) {
    Atomics.wait(table, Global.wake, wake);
    return;
  }
  const arms = Atomics.load(table, Global.arms);
  const nowMs = performance.now();
  const looking = hasRested || nowMs >= lookMs;
  if (looking) lookMs = nowMs + WATCH_INTERVAL_MS;
  const pauseMs = pass(nowMs, looking);
  hasRested = pauseMs > HEARTBEAT_INTERVAL_MS;
  // ORDER(rest): until when the worker sleeps is stored before the arms are counted once more. A store and a load of another
  // word, the one pair that x86 may swap: so the count is loaded by an addition of nothing, which is locked and waits for
  // the store. Once a pass, some 10 ns.
  // Pairs with: Watch.arm(), which counts what it arms, locked, before it looks how long the worker sleeps.
  // Else: a wait that is armed at this moment is looked at when the next pass is due, some ms late.
  // Not covered: 2^32 waits armed within one pass.
  doubles[Global.next >>> 1] = nowMs + pauseMs + ORIGIN_MS;
  // The kernel's timer slack makes 1.1 ms of 1, as it does for the original's sleep.
  if (Atomics.add(table, Global.arms, 0) === arms) Atomics.wait(table, Global.wake, wake, pauseMs);
}

/**
 * Beats for every endpoint for which it is time, and looks at the other sides; returns how soon the next pass is due, in
 * ms, `Infinity` where there are no endpoints.
 */
function pass(nowMs: number, looking: boolean): number {
  let pauseMs = Number.POSITIVE_INFINITY;
  // ORDER(pass): the pass is marked before any registration is read, and unmarked after the last address is used.
  // Pairs with: Heartbeat.leave(), which clears the registration before it reads the mark.
  // Else: the owner unmaps a segment that the worker is about to beat in, which kills the process.
  // Not covered: a worker stopped in the middle of a pass; leave() gives up after a while and entombs the segment.
  Atomics.add(table, Global.passes, 1);
  const rows = Atomics.load(table, Global.rows);
  for (let row = 0; row < rows; row++) {
    const at = rowAt(row);
    const registration = Atomics.load(table, at + Row.registration);
    if (registration === 0) {
      pulses[row] = undefined;
      continue;
    }
    let pulse = pulses[row];
    if (pulse?.registration !== registration) {
      pulse = new Pulse(table, at, nowMs, viewOf);
      pulses[row] = pulse;
    }
    pulse.pull(nowMs, looking);
    pulse.beat(nowMs);
    const hasNews = pulse.notice();
    if (looking) pulse.keepFlag();
    if ((looking && pulse.look(nowMs)) || hasNews) report(row, at);
    if (pulse.wakes(nowMs)) port.postMessage(row);
    if (pulse.watch(now)) port.postMessage(row);
    pulse.push();
    pauseMs = Math.min(pauseMs, pulse.pauseMs(nowMs));
  }
  Atomics.add(table, Global.passes, 1);
  return pauseMs;
}

function report(row: number, at: number): void {
  // ORDER(news): what changed is stored before the news of it.
  // Pairs with: Gate.isOpen, which loads the news before an operation.
  // Else: the owner attends to a change that it cannot see yet, and not again.
  // Not covered: nothing.
  Atomics.store(table, at + Row.news, (table[at + Row.news]! + 1) & 0x7fffffff);
  port.postMessage(row);
}
