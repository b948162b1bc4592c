/**
 * The key of a channel name as PROTOCOL.md section 1 has it, written here a second time: an oracle that shares no
 * code with the library under test.
 */
export function keyOf(name) {
    let key = 0n;
    for (const byte of Buffer.from(name))
        key = BigInt.asIntN(32, key * 33n + BigInt.asIntN(8, BigInt(byte)));
    return Number(key);
}
//# sourceMappingURL=key.js.map