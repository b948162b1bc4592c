// The global of that name is a getter, which costs more than the clock.
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { HEARTBEAT_INTERVAL_MS, WATCH_INTERVAL_MS } from '../../layout/index.js';
import { loadBinary } from '../../syscalls/binary.js';
import { Views } from '../../syscalls/views.js';
import { isEnding } from '../threads/index.js';
import { leaveFault } from './fault.js';
import { Pulse } from './pulse.js';
import { Global, Slot, slotAt } from './table.js';
import type { WorkerOutfit } from './worker-start.js';

/*
 * Entry of the heartbeat worker. It beats for every endpoint of its owner's thread each millisecond and looks at the
 * peers' heartbeats every ten, whatever the owner's event loop does, and watches what parked readers and senders wait
 * for. It makes no system call on segments: it gets addresses through the table, and reports changes by posting the
 * slot's number.
 *
 * It runs from a string (`worker-code.js`), so it reads no file but the binary that it is told of.
 */

const { table, binary, fault }: WorkerOutfit = workerData;
const port = parentPort!;
const views = new Views(() => loadBinary(binary));
const viewOf = (address: number, size: number) => views.of(address, size);
const pulses: (Pulse | undefined)[] = [];

const now = () => performance.now();

let lookMs = 0;

try {
  loadBinary(binary);
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
  const nowMs = performance.now();
  const looking = nowMs >= lookMs;
  if (looking) lookMs = nowMs + WATCH_INTERVAL_MS;
  const endpoints = pass(nowMs, looking);
  // The kernel's timer slack makes it 1.1 ms, as it does for the original's sleep of 1 ms. Keeping to the millisecond
  // would cost a fifth more CPU (3.8 against 3.2 % of a core, Node 20.20, 2026-11) and tell the peer nothing more.
  Atomics.wait(table, Global.wake, wake, endpoints === 0 ? Number.POSITIVE_INFINITY : HEARTBEAT_INTERVAL_MS);
}

/** Beats for every endpoint, and looks at the other sides when it is time; returns how many endpoints there are. */
function pass(nowMs: number, looking: boolean): number {
  let endpoints = 0;
  // ORDER(pass): the pass is marked before any registration is read, and unmarked after the last address is used.
  // Pairs with: Heartbeat.leave(), which clears the registration before it reads the mark.
  // Else: the owner unmaps a segment that the worker is about to beat in, which kills the process.
  // Not covered: a worker stopped in the middle of a pass; leave() gives up after a while and entombs the segment.
  Atomics.add(table, Global.passes, 1);
  const slots = Atomics.load(table, Global.slots);
  for (let slot = 0; slot < slots; slot++) {
    const at = slotAt(slot);
    const registration = Atomics.load(table, at + Slot.registration);
    if (registration === 0) {
      pulses[slot] = undefined;
      continue;
    }
    let pulse = pulses[slot];
    if (pulse?.registration !== registration) {
      pulse = new Pulse(table, at, nowMs, viewOf);
      pulses[slot] = pulse;
    }
    endpoints++;
    pulse.beat(nowMs);
    const hasNews = pulse.notice();
    if (looking) pulse.keepFlag();
    if ((looking && pulse.look(nowMs)) || hasNews) report(slot, at);
    if (pulse.wakes()) port.postMessage(slot);
    pulse.watch(now);
  }
  Atomics.add(table, Global.passes, 1);
  return endpoints;
}

function report(slot: number, at: number): void {
  // ORDER(news): what changed is stored before the news of it.
  // Pairs with: Gate.isOpen, which loads the news before an operation.
  // Else: the owner attends to a change that it cannot see yet, and not again.
  // Not covered: nothing.
  Atomics.store(table, at + Slot.news, (table[at + Slot.news]! + 1) & 0x7fffffff);
  port.postMessage(slot);
}
