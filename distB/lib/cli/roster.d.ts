import { type Channel } from './inspect.js';
import { type Rates } from './traffic.js';
/** One row of `eshm top`. */
export interface Row {
    /** The name, where the user gave it, else the key. */
    readonly label: string;
    readonly channel: Channel;
    /** `gone` for a segment that was there at an earlier look. */
    readonly state: 'live' | 'stale' | 'gone';
    /** `undefined` at the first look. */
    readonly rates: Rates | undefined;
    /** Messages per second both ways, one value a look, the newest last. */
    readonly history: readonly number[];
    readonly notRead: bigint;
}
/** All channels of the machine over time. */
export declare class Roster {
    #private;
    /** @param names - names to show in the place of their keys: a segment does not know its own */
    constructor(names: readonly string[]);
    /** Looks at all of them. */
    look(): Promise<Row[]>;
}
/** Orders of rows, by the key that chooses them. */
export declare const ORDERS: {
    readonly r: {
        readonly title: 'rate';
        readonly compare: (a: Row, b: Row) => number;
    };
    readonly k: {
        readonly title: 'key';
        readonly compare: (a: Row, b: Row) => number;
    };
    readonly s: {
        readonly title: 'state';
        readonly compare: (a: Row, b: Row) => number;
    };
    readonly m: {
        readonly title: 'missed';
        readonly compare: (a: Row, b: Row) => number;
    };
    readonly a: {
        readonly title: 'age';
        readonly compare: (a: Row, b: Row) => number;
    };
};
/** A key of {@link ORDERS}. */
export type OrderKey = keyof typeof ORDERS;
/** The rows in an order; those that it calls equal by id. */
export declare function sortRows(rows: readonly Row[], order: OrderKey): Row[];
