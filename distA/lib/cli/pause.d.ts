/**
 * Passes the time between two looks without blocking the event loop, so that Ctrl-C works at any moment: eager right
 * after something happened, cheap after a silence.
 */
export declare class Pause {
    #private;
    /** Something happened: be eager again. */
    reset(): void;
    /** Milliseconds since something happened. */
    get silentMs(): number;
    /** Waits a moment. */
    rest(): Promise<void>;
}
