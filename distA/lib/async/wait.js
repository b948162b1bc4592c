import { heartbeat } from '../heartbeat/index.js';
import { noteNoTurn, owesTurn } from './loop-turn.js';
import { PollBudget } from './poll-budget.js';
/** Looks made in one go before the event loop gets its turn: one or two microseconds. */
const LOOKS_PER_TURN = 64;
/** Interval of looks where no heartbeat worker watches, in ms. */
const UNWATCHED_INTERVAL_MS = 1;
/** Longest delay of a timer, in ms. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;
/**
 * Waits for one condition without blocking the event loop: looks at once, then at every turn of the event loop for as
 * long as its {@link PollBudget} allows, then parks until the heartbeat worker wakes it. The process stays alive
 * meanwhile, and afterwards no listener, timer or handle is left.
 *
 * One wait at a time; belongs to its endpoint's thread.
 */
export class Wait {
    #condition;
    #budget = new PollBudget();
    #phase = 'idle';
    #resolve;
    #reject;
    #signal;
    #startMs = 0;
    #pollUntilMs = 0;
    #deadlineMs = 0;
    #timer;
    constructor(condition) {
        this.#condition = condition;
    }
    /** Whether a wait is under way. */
    get busy() {
        return this.#phase !== 'idle';
    }
    /**
     * The looks before a wait; `undefined` means that {@link start} must follow, also where the event loop is owed a turn.
     *
     * @throws what the look throws
     */
    tryAtOnce() {
        if (owesTurn())
            return undefined;
        const value = this.#looks(this.#budget.eager ? LOOKS_PER_TURN : 1);
        if (value !== undefined)
            noteNoTurn();
        return value;
    }
    /** Begins to wait. Rejects with the timeout's error, with `signal`'s reason, or with what a look throws. */
    start(deadlineMs, signal) {
        return new Promise((resolve, reject) => {
            this.#resolve = resolve;
            this.#reject = reject;
            this.#signal = signal;
            this.#deadlineMs = deadlineMs;
            this.#startMs = performance.now();
            this.#pollUntilMs = this.#startMs + this.#budget.take();
            this.#phase = 'polling';
            setImmediate(this.#turn);
        });
    }
    /** Has a parked wait look again: something moved, or the endpoint's state changed. */
    wake() {
        if (this.#phase === 'parked')
            this.#lookParked();
    }
    /** Ends the wait that is under way with `reason`. */
    end(reason) {
        if (this.#phase === 'idle')
            return;
        this.#cleanUp();
        this.#reject(reason);
    }
    #turn = () => {
        if (this.#phase !== 'polling')
            return;
        if (this.#signal?.aborted) {
            this.end(this.#signal.reason);
            return;
        }
        if (this.#settle(this.#budget.eager ? LOOKS_PER_TURN : 1))
            return;
        const now = performance.now();
        if (now >= this.#deadlineMs)
            this.end(this.#condition.timeoutError());
        else if (now < this.#pollUntilMs)
            setImmediate(this.#turn);
        else
            this.#park();
    };
    #onAbort = () => this.end(this.#signal?.reason);
    #onTimer = () => {
        this.#timer = undefined;
        if (this.#phase === 'parked')
            this.#lookParked();
    };
    #park() {
        this.#budget.gaveUp();
        this.#phase = 'parked';
        heartbeat.hold();
        this.#signal?.addEventListener('abort', this.#onAbort, { once: true });
        this.#rest();
    }
    #lookParked() {
        if (this.#settle(1))
            return;
        if (performance.now() >= this.#deadlineMs)
            this.end(this.#condition.timeoutError());
        else
            this.#rest();
    }
    /** Arms the worker, looks once more, and sets the timer for what comes without a wake. */
    #rest() {
        const watched = this.#condition.arm();
        if (this.#settle(1))
            return;
        clearTimeout(this.#timer);
        const now = performance.now();
        const unwatchedMs = watched ? Number.POSITIVE_INFINITY : UNWATCHED_INTERVAL_MS;
        const delayMs = Math.min(this.#deadlineMs - now, this.#condition.dueInMs(), unwatchedMs);
        if (delayMs === Number.POSITIVE_INFINITY)
            return;
        this.#timer = setTimeout(this.#onTimer, Math.min(Math.ceil(Math.max(delayMs, 0)), LONGEST_TIMER_MS));
    }
    /** Looks, and ends the wait if that gives or throws anything. */
    #settle(looks) {
        let value;
        try {
            value = this.#looks(looks);
        }
        catch (error) {
            this.end(error);
            return true;
        }
        if (value === undefined)
            return false;
        if (this.#phase === 'polling')
            this.#budget.found(performance.now() - this.#startMs);
        this.#cleanUp();
        this.#resolve(value);
        return true;
    }
    #looks(looks) {
        for (let look = 0; look < looks; look++) {
            const value = this.#condition.look();
            if (value !== undefined)
                return value;
        }
        return undefined;
    }
    #cleanUp() {
        if (this.#phase === 'parked') {
            this.#condition.disarm();
            heartbeat.release();
            this.#signal?.removeEventListener('abort', this.#onAbort);
            clearTimeout(this.#timer);
            this.#timer = undefined;
        }
        this.#phase = 'idle';
        this.#signal = undefined;
    }
}
//# sourceMappingURL=wait.js.map