/**
 * A terminal that is painted again and again in place, on its alternate screen. Whatever way the process ends in good
 * order, the terminal is as it was.
 */
export declare class Screen {
    #private;
    constructor();
    /** Columns, at least 1. */
    get width(): number;
    /** Shows `lines` from the top, cut to what fits. */
    paint(lines: readonly string[]): void;
    /** Gives the terminal back. */
    close(): void;
}
/**
 * Calls `onKey` with every key typed, where there is a keyboard. Ctrl-C ends the process as the signal does.
 */
export declare function readKeys(onKey: (key: string) => void): void;
