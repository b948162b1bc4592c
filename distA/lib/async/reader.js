import { EshmError } from '../errors.js';
import { Wake } from '../heartbeat/index.js';
import { checkTimeoutMs } from '../options.js';
import { checkSignal } from './arguments.js';
import { Wait } from './wait.js';
/** Wakes in a row that find an unfinished write before the reader waits for a change instead: 100 ms. */
const LONGEST_DOUBT_WAKES = 100;
/**
 * The asynchronous reading half of an endpoint. One reader at a time: a read while it waits, an iterator from its
 * first message until it ends.
 *
 * Belongs to the endpoint's thread.
 */
export class AsyncReader {
    #source;
    #wait = new Wait(this);
    /** The iterator that reads, if one does. */
    #holder;
    #wrap = asItIs;
    #timeoutMs = 0;
    #doubts = 0;
    constructor(source) {
        this.#source = source;
    }
    /** One read, for {@link Eshm.read}. */
    read(options) {
        if (this.#holder !== undefined || this.#wait.busy)
            return Promise.reject(this.#takenError());
        return this.#next(options, asItIs);
    }
    /**
     * The next message for `holder`, which keeps all others from reading until {@link release}.
     *
     * @param wrap - makes what the promise gives, while the reader's counters are those of the message
     */
    next(holder, options, wrap) {
        if ((this.#holder ?? holder) !== holder || this.#wait.busy)
            return Promise.reject(this.#takenError());
        this.#holder = holder;
        return this.#next(options, wrap);
    }
    /** Lets others read again, and ends the wait of `holder` with `reason` if it is waiting. */
    release(holder, reason) {
        if (this.#holder !== holder)
            return;
        this.#holder = undefined;
        this.#wait.end(reason);
    }
    /** Has a parked read look again: the worker reported something, or the endpoint's state changed. */
    wake() {
        this.#wait.wake();
    }
    /** As {@link wake}, after the connection changed. */
    stateChanged() {
        this.#doubts = 0;
        this.#wait.wake();
    }
    /** See {@link Condition}. */
    look() {
        const data = this.#source.take();
        return data === undefined ? undefined : this.#wrap(data);
    }
    /**
     * See {@link Condition}. A slot that stands at an unfinished write is looked at with every pass of the worker, for
     * as long as its writer's state can take to become clear.
     */
    arm() {
        const { link } = this.#source.session;
        const current = link.reader.currentSequence;
        const resting = link.reader.restingSequence;
        if (resting === current)
            return link.arm(Wake.message, current);
        this.#doubts++;
        return link.arm(Wake.message, this.#doubts > LONGEST_DOUBT_WAKES ? current : ~current);
    }
    /** See {@link Condition}. */
    disarm() {
        this.#source.session.link.disarm(Wake.message);
    }
    /** See {@link Condition}. */
    dueInMs() {
        return Number.POSITIVE_INFINITY;
    }
    /** See {@link Condition}. */
    timeoutError() {
        return new EshmError('ESHM_TIMEOUT', `Cannot read from '${this.#source.name}': no message within ${this.#timeoutMs} ms; ${this.#source.whyNothing()}`);
    }
    #next(options = {}, wrap) {
        try {
            const timeoutMs = checkTimeoutMs(options.timeoutMs);
            const { signal } = options;
            checkSignal(signal);
            this.#wrap = wrap;
            const value = (timeoutMs === 0 ? this.look() : this.#wait.tryAtOnce());
            if (value !== undefined)
                return Promise.resolve(value);
            if (timeoutMs === 0) {
                throw new EshmError('ESHM_NO_DATA', `Cannot read from '${this.#source.name}': no new message`);
            }
            this.#timeoutMs = timeoutMs;
            this.#doubts = 0;
            return this.#wait.start(performance.now() + timeoutMs, signal);
        }
        catch (error) {
            return Promise.reject(error);
        }
    }
    #takenError() {
        const who = this.#holder === undefined ? 'another read() is waiting' : 'an iterator or a stream is reading';
        return new EshmError('ESHM_INVALID_PARAM', `Cannot read from '${this.#source.name}': ${who}, expected one reader at a time; await it or end it first`);
    }
}
function asItIs(value) {
    return value;
}
//# sourceMappingURL=reader.js.map