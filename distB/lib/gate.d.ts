/**
 * Hot path: tells with one load whether an operation may go ahead without a second look at the session.
 *
 * Belongs to the endpoint's thread; the heartbeat worker changes the word it looks at whenever there is news.
 */
export declare class Gate {
    #private;
    /** Whether nothing has happened since {@link open}. */
    get isOpen(): boolean;
    /** The news word as it stands. */
    get news(): number;
    /** Looks at word `at` of `words` from now on: never negative, another number after every piece of news. */
    watch(words: Int32Array, at: number): void;
    /** Lets operations pass until there is news beyond `heard`. */
    open(heard: number): void;
    /** Sends every operation to the session first. */
    shut(): void;
}
