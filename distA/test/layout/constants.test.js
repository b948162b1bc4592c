import assert from 'node:assert/strict';
import { ALIGNMENT, DEFAULT_MAX_DATA_SIZE, DEFAULT_MODE, DEFAULT_READ_TIMEOUT_MS, HEARTBEAT_INTERVAL_MS, layoutFor, MAGIC, MAX_DATA_SIZE_LIMIT, PROTOCOL_DEFAULTS, VERSION, WATCH_INTERVAL_MS, } from '../../layout/index.js';
describe('layout/constants', () => {
    it('has the numbers of the protocol', () => {
        assert.deepEqual({ MAGIC, VERSION, DEFAULT_MAX_DATA_SIZE, ALIGNMENT, DEFAULT_MODE }, { MAGIC: 1163085901, VERSION: 2, DEFAULT_MAX_DATA_SIZE: 4096, ALIGNMENT: 64, DEFAULT_MODE: 438 });
        assert.deepEqual({ DEFAULT_READ_TIMEOUT_MS, HEARTBEAT_INTERVAL_MS, WATCH_INTERVAL_MS }, { DEFAULT_READ_TIMEOUT_MS: 1000, HEARTBEAT_INTERVAL_MS: 1, WATCH_INTERVAL_MS: 10 });
    });
    it('PROTOCOL_DEFAULTS are the defaults of the original, frozen', () => {
        assert.deepEqual(PROTOCOL_DEFAULTS, {
            role: 'auto',
            disconnectBehavior: 'on-timeout',
            staleThresholdMs: 100,
            reconnectWaitMs: 5000,
            reconnectRetryIntervalMs: 100,
            maxReconnectAttempts: 50,
            autoCleanup: true,
            useThreads: true,
        });
        assert.ok(Object.isFrozen(PROTOCOL_DEFAULTS));
    });
    it('MAX_DATA_SIZE_LIMIT is the largest power of two whose segment stays below 2^31 bytes', () => {
        assert.ok(Number.isInteger(Math.log2(MAX_DATA_SIZE_LIMIT)));
        assert.ok(layoutFor(MAX_DATA_SIZE_LIMIT).segmentSize < 2 ** 31);
        assert.ok(2 * (2 * MAX_DATA_SIZE_LIMIT) >= 2 ** 31);
    });
});
//# sourceMappingURL=constants.test.js.map