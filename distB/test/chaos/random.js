/** A small seeded generator (mulberry32), so that a run of faults can be repeated. Not for secrets. */
export class Random {
    #state;
    constructor(seed) {
        this.#state = seed >>> 0;
    }
    /** A number from 0 to below 1. */
    next() {
        this.#state = (this.#state + 0x6d2b79f5) >>> 0;
        let mixed = this.#state;
        mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    }
    /** An integer from `least` to `most`, both included. */
    integer(least, most) {
        return least + Math.floor(this.next() * (most - least + 1));
    }
    /** One of `items`. */
    pick(items) {
        return items[this.integer(0, items.length - 1)];
    }
    /** A copy of `items` in random order. */
    shuffle(items) {
        const copy = [...items];
        for (let last = copy.length - 1; last > 0; last--) {
            const other = this.integer(0, last);
            [copy[last], copy[other]] = [copy[other], copy[last]];
        }
        return copy;
    }
}
//# sourceMappingURL=random.js.map