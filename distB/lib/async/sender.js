import { EshmError } from '../errors.js';
import { checkTimeoutMs } from '../options.js';
import { checkResendMs, checkSignal } from './arguments.js';
import { Delivery } from './delivery.js';
import { LONGEST_TIMER_MS, Wait } from './wait.js';
/**
 * The acknowledged sends of an endpoint: one message on its way, the others queue in the order of the calls.
 *
 * Belongs to the endpoint's thread.
 */
export class Sender {
    #name;
    #options;
    #delivery;
    #wait;
    #queue = [];
    #busy = false;
    constructor(name, session, options) {
        this.#name = name;
        this.#options = options;
        this.#delivery = new Delivery(name, session);
        this.#wait = new Wait(this.#delivery);
    }
    /** Has a parked send look again. */
    wake() {
        this.#wait.wake();
    }
    /** Sends `bytes`, which were checked to fit. */
    send(bytes, options = {}) {
        try {
            const timeoutMs = checkTimeoutMs(options.timeoutMs);
            const resendMs = checkResendMs(options.resendMs);
            const { signal } = options;
            checkSignal(signal);
            const deadlineMs = performance.now() + timeoutMs;
            if (!this.#busy)
                return this.#deliver(bytes, timeoutMs, deadlineMs, resendMs, signal);
            if (this.#queue.length + 1 >= this.#options.maxPending)
                throw this.#fullError();
            return this.#enqueue(Uint8Array.from(bytes), timeoutMs, deadlineMs, resendMs, signal);
        }
        catch (error) {
            return Promise.reject(error);
        }
    }
    /** As {@link send}, but blocks this thread. */
    sendSync(bytes, options = {}) {
        const timeoutMs = checkTimeoutMs(options.timeoutMs);
        const resendMs = checkResendMs(options.resendMs);
        if (this.#busy) {
            throw new EshmError('ESHM_BUFFER_FULL', `Cannot send to '${this.#name}': ${this.#queue.length + 1} send() call(s) are under way, expected none; await them first`);
        }
        const { idle } = this.#options;
        const delivery = this.#delivery;
        delivery.begin(bytes, timeoutMs, resendMs);
        const deadlineMs = performance.now() + timeoutMs;
        idle.reset();
        while (delivery.look() === undefined) {
            if (performance.now() >= deadlineMs) {
                if (delivery.look() !== undefined)
                    return;
                throw delivery.timeoutError();
            }
            idle.idle();
        }
    }
    #deliver(bytes, timeoutMs, deadlineMs, resendMs, signal) {
        const delivery = this.#delivery;
        delivery.begin(bytes, timeoutMs, resendMs);
        // Publishes it; a send that could be acknowledged at once would need a peer that reads within nanoseconds.
        delivery.look();
        if (this.#wait.tryAtOnce() !== undefined)
            return Promise.resolve();
        if (delivery.keepsBytes)
            delivery.keepCopy();
        this.#busy = true;
        return this.#wait.start(deadlineMs, signal).then(this.#onDelivered, this.#onFailed);
    }
    #onDelivered = () => {
        this.#busy = false;
        this.#sendNext();
    };
    #onFailed = (reason) => {
        this.#busy = false;
        this.#sendNext();
        throw reason;
    };
    #enqueue(bytes, timeoutMs, deadlineMs, resendMs, signal) {
        return new Promise((resolve, reject) => {
            const drop = (reason) => {
                queued.forget();
                this.#queue.splice(this.#queue.indexOf(queued), 1);
                reject(reason);
            };
            const onAbort = () => drop(signal?.reason);
            const timer = setDeadline(deadlineMs, () => drop(this.#neverTriedError(timeoutMs)));
            const forget = () => {
                timer.clear();
                signal?.removeEventListener('abort', onAbort);
            };
            const queued = { bytes, timeoutMs, deadlineMs, resendMs, signal, resolve, reject, forget };
            signal?.addEventListener('abort', onAbort, { once: true });
            this.#queue.push(queued);
        });
    }
    #sendNext() {
        while (!this.#busy) {
            const next = this.#queue.shift();
            if (next === undefined)
                return;
            next.forget();
            const { bytes, timeoutMs, deadlineMs, resendMs, signal } = next;
            try {
                this.#deliver(bytes, timeoutMs, deadlineMs, resendMs, signal).then(next.resolve, next.reject);
            }
            catch (error) {
                next.reject(error);
            }
        }
    }
    #fullError() {
        return new EshmError('ESHM_BUFFER_FULL', `Cannot send to '${this.#name}': ${this.#queue.length + 1} send() calls are under way, expected fewer than maxPending (${this.#options.maxPending}); await them`);
    }
    #neverTriedError(timeoutMs) {
        return this.#delivery.failure('its turn did not come', timeoutMs);
    }
}
/** A timer for a moment of `performance.now()`, however far away; never early. */
function setDeadline(deadlineMs, act) {
    let timer;
    const set = () => {
        const leftMs = Math.ceil(deadlineMs - performance.now());
        if (leftMs !== Number.POSITIVE_INFINITY)
            timer = setTimeout(check, Math.min(leftMs, LONGEST_TIMER_MS));
    };
    const check = () => (performance.now() >= deadlineMs ? act() : set());
    set();
    return { clear: () => clearTimeout(timer) };
}
//# sourceMappingURL=sender.js.map