import { describe, describeNumber } from '../../layout/describe.js';
import { checkOptions, checkResendMs, checkSignal, checkTimeoutMs, flag } from '../checks/index.js';
import type { ShmOption } from '../index.js';
import { amount } from './options.js';

/**
 * Which end of each channel a replay is: the master, which writes what went from the master to the slave, the slave, which
 * writes what went back, or both.
 */
export type ReplayRole = 'master' | 'slave' | 'both';

/** Options of {@link replay}. */
export interface ReplayOptions {
  /** The channels to play, and under which names: `{ robot: 'robot-test' }`. All under their own by default. */
  readonly names?: Readonly<Record<string, string>> | undefined;
  /** Which end to be; `'master'` by default. */
  readonly role?: ReplayRole | undefined;
  /** In which kind of memory; `'auto'` by default: where the other side is. */
  readonly shm?: ShmOption | undefined;
  /** Bytes in one message at most; what the recording says by default. */
  readonly maxDataSize?: number | undefined;
  /** How many times as fast as it was recorded; 1 by default, `Infinity` for no pauses. */
  readonly speed?: number | undefined;
  /** How often to play it; 1 by default, `Infinity` for no end. */
  readonly loop?: number | undefined;
  /** Begin here: ms since the beginning of the recording, or ns since the epoch as bigint. */
  readonly from?: number | bigint | undefined;
  /** End here: as `from`. */
  readonly to?: number | bigint | undefined;
  /** Wait until the other side of every channel is there; `false` by default. */
  readonly waitForPeer?: boolean | undefined;
  /** Write each message when the one before it was read; `false` by default: each at its time. */
  readonly ack?: boolean | undefined;
  /** How long a message may wait to be read with `ack`, in ms; 5000 by default. */
  readonly ackTimeoutMs?: number | undefined;
  /** With `ack`: publish a message again every so many ms until it was read, for peers that forget. Not set by default. */
  readonly resendMs?: number | undefined;
  /** How long a slave waits for its master, in ms; 5000 by default, without a limit with `waitForPeer`. */
  readonly timeoutMs?: number | undefined;
  /** Ends the replay in good order. */
  readonly signal?: AbortSignal | undefined;
}

const KNOWN: Readonly<Record<keyof ReplayOptions, true>> = {
  names: true,
  role: true,
  shm: true,
  maxDataSize: true,
  speed: true,
  loop: true,
  from: true,
  to: true,
  waitForPeer: true,
  ack: true,
  ackTimeoutMs: true,
  resendMs: true,
  timeoutMs: true,
  signal: true,
};

/** Longest wait for a master, and for a reader, where nothing else is said, in ms. */
const DEFAULT_TIMEOUT_MS = 5000;

/** Options with nothing left open, but for those of endpoints, which judge them themselves. */
export interface ResolvedReplay {
  readonly names: ReadonlyMap<string, string> | undefined;
  readonly role: ReplayRole;
  readonly endpoint: { readonly shm?: ShmOption; readonly maxDataSize?: number };
  readonly speed: number;
  readonly loop: number;
  readonly from: number | bigint | undefined;
  readonly to: number | bigint | undefined;
  readonly waitForPeer: boolean;
  readonly ack: boolean;
  readonly ackTimeoutMs: number;
  readonly resendMs: number | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {TypeError | RangeError}
 */
export function resolveReplay(options: ReplayOptions): ResolvedReplay {
  checkOptions('replay', options, KNOWN);
  const { role = 'master', shm, maxDataSize, speed = 1, ack, resendMs } = options;
  if (role !== 'master' && role !== 'slave' && role !== 'both') {
    throw new RangeError(`Cannot replay: role is '${String(role)}', expected 'master', 'slave' or 'both'`);
  }
  if (typeof speed !== 'number' || !(speed > 0)) {
    const Wrong = typeof speed === 'number' ? RangeError : TypeError;
    throw new Wrong(`Cannot replay: speed is ${describeNumber(speed)}, expected a number above 0`);
  }
  checkResendMs('replay', resendMs);
  if (resendMs !== undefined && !ack) {
    throw new RangeError(
      'Cannot replay: resendMs is set without ack, expected both: nobody asks who has read',
    );
  }
  const waitForPeer = flag('waitForPeer', options.waitForPeer, false, 'replay');
  return {
    names: namesOf(options.names),
    role,
    endpoint: {
      ...(shm === undefined ? {} : { shm }),
      ...(maxDataSize === undefined ? {} : { maxDataSize }),
    },
    speed,
    loop: amount('replay', 'loop', options.loop, 'times', 1, 1),
    from: moment('from', options.from),
    to: moment('to', options.to),
    waitForPeer,
    ack: flag('ack', ack, false, 'replay'),
    ackTimeoutMs: checkTimeoutMs('replay', options.ackTimeoutMs ?? DEFAULT_TIMEOUT_MS),
    resendMs,
    timeoutMs: checkTimeoutMs(
      'replay',
      options.timeoutMs ?? (waitForPeer ? Number.POSITIVE_INFINITY : DEFAULT_TIMEOUT_MS),
    ),
    signal: checkSignal('replay', options.signal),
  };
}

function namesOf(names: ReplayOptions['names']): ReadonlyMap<string, string> | undefined {
  if (names === undefined) return undefined;
  if (typeof names !== 'object' || names === null || Array.isArray(names)) {
    throw new TypeError(
      "Cannot replay: names is something else, expected an object: { robot: 'robot-test' }",
    );
  }
  const found = new Map(Object.entries(names));
  if (found.size === 0) throw new RangeError('Cannot replay: names is empty, expected one channel or more');
  const targets = new Set<string>();
  for (const [name, target] of found) {
    if (typeof target !== 'string') {
      throw new TypeError(
        `Cannot replay: the new name of '${name}' is ${describe(target)}, expected a string`,
      );
    }
    if (targets.has(target)) {
      throw new RangeError(`Cannot replay: two channels are to be '${target}', expected a name for each`);
    }
    targets.add(target);
  }
  return found;
}

function moment(name: string, value: number | bigint | undefined): number | bigint | undefined {
  if (value === undefined || typeof value === 'bigint') return value;
  return amount('replay', name, value, 'ms', 0);
}
