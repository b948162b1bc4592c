import { Worker } from 'node:worker_threads';
import { sleepSync } from '../idle/index.js';
import { createTable, Global, MAX_SLOTS, Slot, slotAt, storeAddress, Wake } from './table.js';
/** How long an ending endpoint waits for a worker in the middle of a pass, in ms. A pass takes microseconds. */
const LEAVE_TIMEOUT_MS = 1000;
/** How long a start waits for the worker's first pass, in ms; 35 is usual. */
const START_TIMEOUT_MS = 10_000;
/**
 * The heartbeat worker of this thread, as its owner sees it. It starts with the first endpoint and never keeps the
 * process alive. A program with endpoints in one thread has one; a worker thread with endpoints has its own, which
 * ends with it.
 */
class Heartbeat {
    table = createTable();
    #listeners = [];
    #worker;
    #registrations = 0;
    #holds = 0;
    /**
     * Starts the worker if it does not run; blocks for 35 ms then. To be called before a role is marked alive: from its
     * mark on, an endpoint that does not beat uses up the peer's stale threshold.
     */
    prepare() {
        if (this.#worker === undefined)
            this.#start();
    }
    /** Beats for an endpoint from now on; returns its slot. */
    join(registration) {
        const slot = this.#freeSlot();
        const { table } = this;
        const at = slotAt(slot);
        storeAddress(table, at, registration.address);
        table[at + Slot.size] = registration.size;
        table[at + Slot.ownHeartbeat] = registration.ownHeartbeat;
        table[at + Slot.peerHeartbeat] = registration.peerHeartbeat;
        table[at + Slot.staleThreshold] = registration.staleThreshold;
        table[at + Slot.peerIdentity] = registration.peerIdentity;
        table[at + Slot.peer] = registration.peer;
        table[at + Slot.restarts] = 0;
        table[at + Slot.news] = 0;
        table[at + Slot.mayBeAbsent] = registration.mayBeAbsent ? 1 : 0;
        table[at + Slot.armed] = 0;
        table[at + Slot.sequence] = registration.sequence;
        table[at + Slot.readCount] = registration.readCount;
        this.#listeners[slot] = registration.onChange;
        this.#registrations = (this.#registrations + 1) & 0x7fffffff || 1;
        // ORDER(join): the slot is complete before its registration shows.
        // Pairs with: the load of the registration in pass().
        // Else: the worker beats at the address of the slot's last user.
        // Not covered: nothing.
        Atomics.store(table, at + Slot.registration, this.#registrations);
        if (slot >= Atomics.load(table, Global.slots))
            Atomics.store(table, Global.slots, slot + 1);
        this.prepare();
        this.wake();
        return slot;
    }
    /**
     * Stops beating for the endpoint in `slot`.
     *
     * @returns whether the worker is certain not to touch the address again; `false` when it did not finish a pass in
     * {@link LEAVE_TIMEOUT_MS}, as under a debugger
     */
    leave(slot) {
        const { table } = this;
        Atomics.store(table, slotAt(slot) + Slot.registration, 0);
        this.#listeners[slot] = undefined;
        const passes = Atomics.load(table, Global.passes);
        if ((passes & 1) === 0 || this.#worker === undefined)
            return true;
        const deadline = performance.now() + LEAVE_TIMEOUT_MS;
        while (Atomics.load(table, Global.passes) === passes) {
            if (performance.now() > deadline)
                return false;
            sleepSync(0.05);
        }
        return true;
    }
    /**
     * Asks for a call of `onChange` once the word of `wake` is no longer `value`. The caller looks once more after this,
     * and parks only if there is still nothing.
     */
    arm(slot, wake, value) {
        const at = slotAt(slot);
        // ORDER(arm): the value is stored before the wait is armed, and armed before the caller looks once more.
        // Pairs with: Pulse.wakes().
        // Else: the worker compares with the value of an earlier wait, or the caller parks on a message already there.
        // Not covered: a report of the last wait that is still on its way; it costs one look for nothing.
        Atomics.store(this.table, at + (wake === Wake.message ? Slot.sequenceSeen : Slot.readCountSeen), value);
        Atomics.or(this.table, at + Slot.armed, wake);
    }
    /** Takes back {@link arm}; a report may still come. */
    disarm(slot, wake) {
        Atomics.and(this.table, slotAt(slot) + Slot.armed, ~wake);
    }
    /** Keeps the event loop alive until {@link release}: somebody is parked. Calls are counted. */
    hold() {
        if (this.#holds++ === 0)
            this.#worker?.ref();
    }
    /** Takes back one {@link hold}. */
    release() {
        if (--this.#holds === 0)
            this.#worker?.unref();
    }
    /** Lets the worker make a pass at once instead of within a millisecond. */
    wake() {
        Atomics.add(this.table, Global.wake, 1);
        Atomics.notify(this.table, Global.wake);
    }
    #freeSlot() {
        for (let slot = 0; slot < MAX_SLOTS; slot++)
            if (this.#listeners[slot] === undefined)
                return slot;
        throw new RangeError(`Cannot open: this thread has ${MAX_SLOTS} endpoints already, expected fewer`);
    }
    #start() {
        const worker = new Worker(new URL('./worker.js', import.meta.url), {
            name: 'eshm-heartbeat',
            workerData: { table: this.table },
            // The program's own loaders and flags are not for this worker.
            execArgv: [],
        });
        this.#worker = worker;
        worker.on('message', (slot) => this.#listeners[slot]?.());
        // It ends only with its thread, or by a fault; then the endpoints must not stop beating.
        worker.on('exit', () => {
            this.#worker = undefined;
            Atomics.store(this.table, Global.passes, 0);
            if (this.#listeners.some((listener) => listener !== undefined))
                this.#start();
        });
        worker.on('error', (error) => process.emitWarning(error));
        if (this.#holds === 0)
            worker.unref();
        const deadline = performance.now() + START_TIMEOUT_MS;
        while (Atomics.load(this.table, Global.passes) < 2) {
            if (performance.now() > deadline)
                throw new Error('Cannot open: the heartbeat worker did not start');
            sleepSync(0.1);
        }
    }
}
/** This thread's heartbeat. */
export const heartbeat = new Heartbeat();
//# sourceMappingURL=heartbeat.js.map