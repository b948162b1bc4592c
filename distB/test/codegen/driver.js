/*
 * Writes and reads until V8 has optimised both, so that `node --print-opt-code` has something to print. The message has
 * whole steps and a tail, so that every kind of copy is in the code. Argument: the order, `atomics` or `plain`.
 */
import { layoutFor } from '../../layout/index.js';
import { MailboxReader, MailboxWriter, viewChannel } from '../../lib/channel/index.js';
const MESSAGE_BYTES = 67;
const layout = layoutFor();
const segment = Buffer.from(new ArrayBuffer(layout.segmentSize));
const channel = viewChannel(segment, layout, layout.masterToSlave);
const writer = new MailboxWriter(channel, process.argv[2] === 'plain');
const reader = new MailboxReader(channel, segment, { identity: 44, heartbeat: 8 });
const message = new Uint8Array(MESSAGE_BYTES);
const target = new Uint8Array(MESSAGE_BYTES);
for (let turn = 0; turn < 200; turn++) {
    for (let i = 0; i < 5000; i++) {
        writer.write(message, MESSAGE_BYTES);
        reader.tryReadInto(target, MESSAGE_BYTES);
    }
    // The optimised code is put in place between turns.
    await null;
}
//# sourceMappingURL=driver.js.map