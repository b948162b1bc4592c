/** Bytes before the fill. */
export declare const HEAD_SIZE = 16;
/** Bytes of the largest message. */
export declare const MAX_SIZE = 4096;
/** What a good message says. */
export interface Heading {
    readonly instance: number;
    readonly number: number;
}
/** The message `number` of `instance`, `size` bytes. */
export declare function makeMessage(instance: number, number: number, size: number): Buffer;
/** Who sent `message` and which one it is, or `undefined` when it is not what anybody sent. */
export declare function checkMessage(message: Buffer): Heading | undefined;
