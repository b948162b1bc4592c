/**
 * Keeps reads and sends that never have to wait from starving the event loop: promises that are settled at once run
 * as microtasks, one after the other, and timers and sockets would not get a turn. One state per thread.
 */
/** Notes that a wait ends without a turn of the event loop. */
export declare function noteNoTurn(): void;
/** Whether the next wait must let the event loop turn before it looks. */
export declare function owesTurn(): boolean;
