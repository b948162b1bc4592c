/**
 * The messages of the chaos runner: who sent it, which one it is, and a checksum over all of it.
 *
 * u32 instance, u32 number, u32 size, u32 CRC-32 of the twelve bytes before and everything after; then byte i of the
 * message is (number + i) mod 256.
 */
import { crc32 } from 'node:zlib';
/** Bytes before the fill. */
export const HEAD_SIZE = 16;
/** Bytes of the largest message. */
export const MAX_SIZE = 4096;
const pattern = Buffer.from(Uint8Array.from({ length: MAX_SIZE + 256 }, (_, i) => i & 255));
/** The message `number` of `instance`, `size` bytes. */
export function makeMessage(instance, number, size) {
    const message = Buffer.allocUnsafe(size);
    message.writeUInt32LE(instance, 0);
    message.writeUInt32LE(number, 4);
    message.writeUInt32LE(size, 8);
    const start = (number + HEAD_SIZE) & 255;
    message.set(pattern.subarray(start, start + size - HEAD_SIZE), HEAD_SIZE);
    message.writeUInt32LE(checksum(message), 12);
    return message;
}
/** Who sent `message` and which one it is, or `undefined` when it is not what anybody sent. */
export function checkMessage(message) {
    if (message.length < HEAD_SIZE || message.readUInt32LE(8) !== message.length)
        return undefined;
    if (message.readUInt32LE(12) !== checksum(message))
        return undefined;
    return { instance: message.readUInt32LE(0), number: message.readUInt32LE(4) };
}
function checksum(message) {
    return crc32(message.subarray(HEAD_SIZE), crc32(message.subarray(0, 12)));
}
//# sourceMappingURL=message.js.map