/** Thrown into a wait by `return()`; never seen outside. */
const LEFT = Symbol('left');
/**
 * The messages of an endpoint, one after the other, without a limit of time. Lives through a reconnect; ends with the
 * error that closed the endpoint or made it give up. Holds the endpoint's claim to read from the first `next()` on.
 *
 * Belongs to the endpoint's thread.
 */
export class MessageIterator {
    #reader;
    #wrap;
    #options;
    #left = false;
    /** The call of {@link next} that was made last, while it is waiting. */
    #last;
    /** @param wrap - what to yield for a message; called while the reader's counters are those of this message */
    constructor(reader, options, wrap) {
        this.#reader = reader;
        this.#wrap = wrap;
        this.#options = { ...options, timeoutMs: Number.POSITIVE_INFINITY };
    }
    /** The next message; calls that overlap queue in order. Rejects as a read does; after that another reader may come. */
    next() {
        const take = () => this.#take();
        const next = this.#last === undefined ? take() : this.#last.then(take, take);
        this.#last = next;
        const settled = () => {
            if (this.#last === next)
                this.#last = undefined;
        };
        next.then(settled, settled);
        return next;
    }
    async #take() {
        if (this.#left)
            return { done: true, value: undefined };
        try {
            return { done: false, value: await this.#reader.next(this, this.#options, this.#wrap) };
        }
        catch (error) {
            if (error === LEFT)
                return { done: true, value: undefined };
            this.#reader.release(this);
            throw error;
        }
    }
    /** Ends the iteration, also a `next()` that is waiting. */
    return() {
        this.#left = true;
        this.#reader.release(this, LEFT);
        return Promise.resolve({ done: true, value: undefined });
    }
    [Symbol.asyncIterator]() {
        return this;
    }
}
//# sourceMappingURL=messages.js.map