/** The targets of the project. A target that cannot be reached stays here with its figure in the report. */
export const TARGETS = [
    atMost('write-64-ts', 'write-64-c', 1.4),
    atMost('write-64-ts-plain', 'write-64-c', 0.8),
    atMost('write-256-ts', 'write-256-c', 2.0),
    atMost('write-4096-ts', 'write-4096-c', 1.8),
    atMost('rtt-64-ts', 'rtt-64-native', 0.6),
    atMost('rtt-64-ts', 'rtt-64-floor', 2.0),
    atLeast('rtt-64-c', 'rtt-64-ts', 300),
    atMost('rtt-64-ts-c', 'rtt-64-c', 0.7),
    atLeast('rtt-64-uds', 'rtt-64-ts', 80),
    atMost('idle-cpu-ts', 'idle-cpu-c', 1.5),
    atMost('open-ts', 'open-c', 5),
];
function atMost(numerator, denominator, limit) {
    return { numerator, denominator, comparison: '<=', limit };
}
function atLeast(numerator, denominator, limit) {
    return { numerator, denominator, comparison: '>=', limit };
}
//# sourceMappingURL=targets.js.map