/**
 * What messages are to a program. `'cstring'`: text that ends with one NUL on the wire, as C++ programs have it.
 * `'utf8'`: text without one, as the Python examples have it. `null`: bytes as they are.
 */
export type Encoding = 'cstring' | 'utf8' | null;
/** What a read returns under an encoding. */
export type DataOf<E extends Encoding> = E extends null ? Buffer : string;
/** Both directions of one encoding. Stateless. */
export interface Codec {
    /** The bytes to put on the wire. Never the caller's own memory where something is added. */
    encode(data: string | Uint8Array): Uint8Array;
    /**
     * The text in a message.
     *
     * @throws {EshmError} ESHM_CORRUPT
     */
    decode(message: Buffer): string;
}
/** The codec of an encoding; `undefined` for bytes as they are. */
export declare function codecFor(encoding: Encoding): Codec | undefined;
