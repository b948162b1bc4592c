/** One ratio of two rows of the same run, and what it must be; or one row's figure. */
export interface Target {
  readonly numerator: string;
  /** `undefined` where the figure itself is judged: where what is promised is a figure, and no yardstick is beside it. */
  readonly denominator: string | undefined;
  readonly comparison: '<=' | '>=';
  readonly limit: number;
}

/** The targets of the project. A target that cannot be reached stays here with its figure in the report. */
export const TARGETS: readonly Target[] = [
  atMost('write-64-ts', 'write-64-c', 1.5),
  atMost('write-64-ts-plain', 'write-64-c', 0.9),
  atMost('write-256-ts', 'write-256-c', 2.0),
  atMost('write-4096-ts', 'write-4096-c', 1.8),
  atMost('update-64-ts', 'update-64-c', 1.5),
  atMost('update-64-ts-plain', 'update-64-c', 1.0),
  atMost('view-64-ts', 'read-64-ts', 1.5),
  atMost('view-4096-ts', 'read-4096-ts', 0.35),
  atMost('rtt-64-ts', 'rtt-64-native', 0.6),
  atMost('rtt-64-ts', 'rtt-64-floor', 2.0),
  atLeast('rtt-64-c', 'rtt-64-ts', 300),
  atMost('rtt-64-ts-c', 'rtt-64-c', 0.7),
  atMost('rtt-64-c-observed', 'rtt-64-c', 1.1),
  atLeast('rtt-64-uds', 'rtt-64-ts', 80),
  atLeast('rtt-64-uds', 'rtt-64-ts-async', 4),
  atMost('idle-cpu-ts', 'idle-cpu-c', 0.5),
  atMost('idle-cpu-200-ts', 'idle-cpu-ts', 2),
  atMost('stream-1khz-ts', 'stream-1khz-c', 1.5),
  atMost('stream-1khz-ts-cpu', 'stream-1khz-c-cpu', 1.0),
  atLeast('stream-1khz-ts-read', undefined, 99.9),
  atLeast('stream-1khz-ts-busy-read', undefined, 99),
  atMost('stream-5khz-ts-cpu', 'stream-5khz-c-cpu', 1.5),
  atMost('posix-rtt-64-ts-c', 'posix-rtt-64-c', 0.7),
  atMost('posix-rtt-64-ts', 'posix-rtt-64-c', 0.25),
  atLeast('posix-stream-1khz-ts-read', undefined, 99.5),
  atMost('posix-stream-1khz-ts-cpu', 'posix-stream-1khz-c-cpu', 2),
  atLeast('posix-flatout-read', undefined, 1000),
  atMost('posix-idle-cpu-ts', 'idle-cpu-ts', 1.5),
  atMost('open-ts', 'open-c', 5),
  atMost('open-first-ts', 'worker-start', 1.3),
  atMost('cli-start', 'node-start', 2.5),
  atMost('bridge-rtt-64', 'bridge-rtt-64-nats', 1.6),
  atMost('bridge-idle-cpu', undefined, 0.5),
  atLeast('bridge-rate-64', 'bridge-rate-64-nats', 0.5),
  atLeast('bridge-rate-65536', 'bridge-rate-65536-nats', 0.5),
];

function atMost(numerator: string, denominator: string | undefined, limit: number): Target {
  return { numerator, denominator, comparison: '<=', limit };
}

function atLeast(numerator: string, denominator: string | undefined, limit: number): Target {
  return { numerator, denominator, comparison: '>=', limit };
}
