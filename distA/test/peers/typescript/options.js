const BEHAVIORS = ['immediately', 'on-timeout', 'never'];
/** What each `key=value` of `open` means; the keys are those of the C++ peer, and four of our own. */
const OPTIONS = {
    threshold: (value) => ({ staleThresholdMs: Number(value) }),
    behavior: (value) => ({ disconnectBehavior: BEHAVIORS[Number(value)] }),
    wait: (value) => ({ reconnectWaitMs: Number(value) }),
    retry: (value) => ({ reconnectRetryIntervalMs: Number(value) }),
    attempts: (value) => ({ maxReconnectAttempts: Number(value) }),
    cleanup: (value) => ({ autoCleanup: value !== '0' }),
    threads: (value) => ({ useThreads: value !== '0' }),
    order: (value) => ({ order: value }),
    idle: (value) => ({ idle: value }),
    force: (value) => ({ force: value !== '0' }),
    size: (value) => ({ maxDataSize: Number(value) }),
};
/** The words after `open ROLE NAME` as options; `watch` is the peer's own. */
export function openOptions(role, words) {
    let options = { role: role };
    let watch = true;
    for (const word of words) {
        const [key = '', value = ''] = word.split('=');
        const option = Object.hasOwn(OPTIONS, key) ? OPTIONS[key] : undefined;
        if (key === 'watch')
            watch = value !== '0';
        else if (option === undefined)
            throw new TypeError(`unknown option ${key}`);
        else
            options = { ...options, ...option(value) };
    }
    return { ...options, watch };
}
//# sourceMappingURL=options.js.map