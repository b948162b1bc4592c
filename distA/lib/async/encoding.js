import { isUtf8 } from 'node:buffer';
import { EshmError } from '../errors.js';
const utf8 = {
    encode: (data) => (typeof data === 'string' ? Buffer.from(data) : data),
    decode(message) {
        if (isUtf8(message))
            return message.toString();
        throw new EshmError('ESHM_CORRUPT', `Cannot read message: its ${message.length} bytes are not UTF-8, expected text; open without an encoding to read bytes`);
    },
};
const cstring = {
    encode(data) {
        const size = typeof data === 'string' ? Buffer.byteLength(data) : data.length;
        const bytes = Buffer.allocUnsafe(size + 1);
        if (typeof data === 'string')
            bytes.write(data);
        else
            bytes.set(data);
        bytes[size] = 0;
        return bytes;
    },
    decode(message) {
        const end = message.indexOf(0);
        return message.toString('utf8', 0, end < 0 ? message.length : end);
    },
};
/** The codec of an encoding; `undefined` for bytes as they are. */
export function codecFor(encoding) {
    if (encoding === null)
        return undefined;
    return encoding === 'utf8' ? utf8 : cstring;
}
//# sourceMappingURL=encoding.js.map