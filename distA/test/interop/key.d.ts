/**
 * The key of a channel name as PROTOCOL.md section 1 has it, written here a second time: an oracle that shares no
 * code with the library under test.
 */
export declare function keyOf(name: string): number;
