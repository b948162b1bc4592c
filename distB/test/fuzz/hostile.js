/**
 * Hostile segments in real shared memory, one after the other: `hostile.js COUNT SEED NAME`, a child process, so that a
 * crash is seen. Prints one line of JSON, or dies.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { deriveKey, layoutFor, MAGIC, VERSION } from '../../layout/index.js';
import { Eshm, EshmError } from '../../lib/index.js';
import { Segment } from '../../syscalls/index.js';
const layout = layoutFor();
const u32 = fc.oneof(fc.constantFrom(0, 1, 2, 3, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff), fc.nat(300), fc.nat(2 ** 31 - 1));
const u64 = fc.oneof(fc.bigInt(0n, 3n), fc.bigInt(0n, 2n ** 64n - 1n), fc.constantFrom(2n ** 32n - 1n, 2n ** 63n, 2n ** 64n - 1n));
const dataSize = fc.oneof(fc.nat(4096), fc.constantFrom(4096, 4097, 8576, 0x7fffffff, 0xffffffff), u32);
const mostly = (usual, other) => fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });
/** Sequences that fit the count, so that reads get as far as the data, and any others. */
const channel = fc
    .record({
    fitting: fc.boolean(),
    drift: fc.constantFrom(0, 0, 1, 2, 256),
    sequence: u32,
    dataSize,
    writeCount: u64,
    readCount: u64,
    jump: fc.oneof({ weight: 3, arbitrary: fc.constant([2, 1n]) }, fc.tuple(u32, u64)),
})
    .map(({ fitting, drift, sequence, ...rest }) => ({
    ...rest,
    sequence: fitting ? (Number(rest.writeCount & 0x7fffffffn) * 2 + drift) >>> 0 : sequence,
}));
const hostile = fc.record({
    size: mostly(layout.segmentSize, fc.constantFrom(1, 16, 127, 128, 4096, 8575, 8577, 8640, 65536)),
    noise: fc.uint8Array({ minLength: 64, maxLength: 64 }),
    magic: mostly(MAGIC, u32),
    version: mostly(VERSION, u32),
    masterHeartbeat: u64,
    slaveHeartbeat: u64,
    alive: fc.tuple(mostly(0, u32), mostly(0, u32)),
    // Real thresholds cost real time where a role is flagged.
    staleThreshold: fc.oneof({ weight: 400, arbitrary: fc.constantFrom(0, 1) }, { weight: 1, arbitrary: fc.constantFrom(100, 0xffffffff) }),
    channels: fc.tuple(channel, channel),
});
const name = process.argv[4];
const key = deriveKey(name);
const ends = {};
function fill(bytes, made) {
    for (let i = 0; i < bytes.length; i++)
        bytes[i] = made.noise[(i * 31 + (i >>> 6)) & 63];
    if (bytes.length < layout.segmentSize)
        return;
    const { header } = layout;
    bytes.writeUInt32LE(made.magic, header.magic);
    bytes.writeUInt32LE(made.version, header.version);
    bytes.writeBigUInt64LE(made.masterHeartbeat, header.masterHeartbeat);
    bytes.writeBigUInt64LE(made.slaveHeartbeat, header.slaveHeartbeat);
    bytes.writeUInt32LE(made.alive[0], header.masterAlive);
    bytes.writeUInt32LE(made.alive[1], header.slaveAlive);
    bytes.writeUInt32LE(made.staleThreshold, header.staleThreshold);
    for (const [i, at] of [layout.masterToSlave, layout.slaveToMaster].entries()) {
        const one = made.channels[i];
        bytes.writeUInt32LE(one.sequence, at + layout.channel.sequence);
        bytes.writeUInt32LE(one.dataSize, at + layout.channel.dataSize);
        bytes.writeBigUInt64LE(one.writeCount, at + layout.channel.writeCount);
        bytes.writeBigUInt64LE(one.readCount, at + layout.channel.readCount);
    }
}
/** Moves the counters of `at` on as `one` says, as a writer without manners would. */
function jump(bytes, at, { jump: [sequence, count] }) {
    const [s, c] = [at + layout.channel.sequence, at + layout.channel.writeCount];
    bytes.writeUInt32LE((bytes.readUInt32LE(s) + sequence) >>> 0, s);
    bytes.writeBigUInt64LE(BigInt.asUintN(64, bytes.readBigUInt64LE(c) + count), c);
}
/** Runs `act`; a typed error is an end like any other. */
function attempt(what, act) {
    try {
        const result = act();
        const end = result instanceof Buffer ? `${what} message` : what;
        ends[end] = (ends[end] ?? 0) + 1;
        return result;
    }
    catch (error) {
        const typed = error instanceof EshmError || error instanceof RangeError || error instanceof TypeError;
        if (!typed)
            throw error;
        const end = `${what} ${error instanceof EshmError ? error.code : error.name}`;
        ends[end] = (ends[end] ?? 0) + 1;
        return undefined;
    }
}
function abuse(made, role) {
    const segment = Segment.create(key, made.size, 0o600);
    try {
        fill(segment.bytes, made);
        const endpoint = attempt(`open ${role}`, () => Eshm.open(name, {
            role,
            force: true,
            staleThresholdMs: 1,
            disconnectBehavior: 'on-timeout',
            autoCleanup: false,
        }));
        if (endpoint === undefined)
            return;
        try {
            use(endpoint, made, segment);
        }
        finally {
            endpoint.close();
        }
    }
    finally {
        segment.remove();
        segment.detach();
        try {
            Segment.remove(Segment.find(key)); // one that a master made in its place
        }
        catch { }
    }
}
function use(endpoint, made, segment) {
    const incoming = endpoint.role === 'master' ? 1 : 0;
    const at = incoming === 1 ? layout.slaveToMaster : layout.masterToSlave;
    const small = new Uint8Array(16);
    const guarded = Buffer.alloc(layout.maxDataSize + 64, 0xa5);
    for (let round = 0; round < 2; round++) {
        const shared = Segment.find(key) === segment.id;
        const slot = shared ? segment.bytes.subarray(at + 8, at + 8 + layout.maxDataSize) : undefined;
        if (shared)
            jump(segment.bytes, at, made.channels[incoming]);
        isFromSlot('tryRead', attempt('tryRead', () => endpoint.tryRead()), slot);
        isFromSlot('peek', attempt('peek', () => endpoint.peek()), slot);
        attempt('tryReadInto small', () => endpoint.tryReadInto(small));
        if (shared)
            jump(segment.bytes, at, made.channels[incoming]);
        const size = attempt('tryReadInto', () => endpoint.tryReadInto(guarded.subarray(0, layout.maxDataSize))) ?? -1;
        assert.ok(size >= -1 && size <= layout.maxDataSize);
        assert.ok(guarded.subarray(layout.maxDataSize).every((byte) => byte === 0xa5), 'written beyond the target');
        if (shared)
            jump(segment.bytes, at, made.channels[incoming]);
        isFromSlot('readSync', attempt('readSync', () => endpoint.readSync({ timeoutMs: round })), slot);
        attempt('write', () => endpoint.write(Buffer.alloc(round === 0 ? 4096 : 3, 7)));
        attempt('stats', () => endpoint.stats());
        void endpoint.remoteAlive;
        void endpoint.state;
        void endpoint.missed;
    }
    assert.equal(attempt('write too much', () => endpoint.write(Buffer.alloc(4097))), undefined);
}
/** What was read is a start of the slot, and no byte more. */
function isFromSlot(what, message, slot) {
    if (message === undefined || slot === undefined)
        return;
    assert.ok(message.length <= slot.length, `${what} returned ${message.length} bytes`);
    assert.ok(slot.subarray(0, message.length).equals(message), `${what} returned bytes from outside the slot`);
}
const [count, seed] = [Number(process.argv[2]), Number(process.argv[3])];
let segments = 0;
const property = fc.asyncProperty(hostile, fc.constantFrom('master', 'slave'), async (made, role) => {
    abuse(made, role);
    // Finalizers of external buffers run between turns of the event loop only.
    if (++segments % 50 === 0)
        await new Promise((resolve) => setImmediate(resolve));
});
await fc.assert(property, { numRuns: count, seed });
console.log(JSON.stringify({ segments, ends }));
//# sourceMappingURL=hostile.js.map