/** What the original's C structs say a channel holds; 64-bit counters as decimal strings. */
export interface ChannelVector {
    sequence: number;
    data_size: number;
    write_count: string;
    read_count: string;
    data_hex: string;
}
/** One image of a whole segment with the default slot, and what it holds. */
export interface SegmentVector {
    file: string;
    state: string;
    header: Record<string, number | string>;
    master_to_slave: ChannelVector;
    slave_to_master: ChannelVector;
}
/** One image of a segment whose slots are not of the default size. */
export interface SizeVector {
    file: string;
    max_data_size: number;
    segment_size: number;
    channel_size: number;
    master_to_slave_offset: number;
    slave_to_master_offset: number;
    write_count_offset: number;
    read_count_offset: number;
    m2s: {
        sequence: number;
        data_size: number;
        write_count: number;
    };
    s2m: {
        sequence: number;
        data_size: number;
        write_count: number;
    };
    name: string;
    key: number;
}
export interface KeyVector {
    name: string;
    key: number;
}
export declare const segmentVectors: SegmentVector[];
export declare const sizeVectors: SizeVector[];
export declare const keyVectors: KeyVector[];
/** Bytes of one of the images in test/vectors. */
export declare function readImage(file: string): Buffer;
/** The same value with every `snake_case` property name in camelCase, at any depth. */
export declare function camelCase<T>(value: unknown): T;
