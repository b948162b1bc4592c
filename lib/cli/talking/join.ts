import { Eshm, EshmError, type EshmOptions } from '../../index.js';
import { didYouMean } from '../looking/similar.js';
import { shellWord, startMaster, Target } from '../target.js';
import { announced, waitingFor } from './announced.js';
import { type CliRole, inShellWords, type OpenFlags, openOptions } from './open-options.js';
import { Pause } from './pause.js';
import { type Reader, readerOf } from './reader.js';

/** A slave waits this long for its master where nothing else is said, in ms. */
export const DEFAULT_CONNECT_MS = 5000;

/**
 * Opens an end of the channel and waits until the other side is there.
 *
 * @param timeoutMs - how long to wait; a slave waits 5 s for its master where it is not given, a master waits for ever
 * @param more - options that the command has of its own
 * @param isReading - whether it is only to read: a slave will do for a master that has come and left again, because it may
 * have written something, and where the place is taken one can look on
 * @throws {EshmError} ESHM_TIMEOUT and what `Eshm.open` throws
 */
export async function join(
  name: string,
  flags: OpenFlags,
  timeoutMs: number | undefined,
  more: EshmOptions = {},
  isReading = false,
): Promise<Eshm> {
  const start = performance.now();
  const opening = open(name, flags.role, timeoutMs, { ...openOptions(flags), ...more }).catch((error) => {
    throw explained(error, name, flags, isReading);
  });
  const endpoint = await announced(opening, flags, () =>
    waitingFor(
      name,
      'master',
      isAnything(name, flags) ? 'the one that was there beats no more' : 'nobody has created it',
      timeoutMs === undefined ? DEFAULT_CONNECT_MS : undefined,
    ),
  );
  const isNew = endpoint.stats().masterGeneration === 1;
  // A segment of its own making has had no slave before it: one that came at once, and has left already, counts.
  const before = isNew ? NOBODY : traceOf(endpoint);
  // A slave has just seen its master beat; if it has left since, what it wrote is still there to be read.
  if (endpoint.role === 'slave') return endpoint;
  const leftMs = (timeoutMs ?? Number.POSITIVE_INFINITY) - (performance.now() - start);
  const hasCome = () => {
    // Says who is master here now.
    if (endpoint.state === 'disconnected') endpoint.tryRead();
    return isThere(traceOf(endpoint), before, isReading);
  };
  const why = isNew ? 'nobody had created it, so this is its master now' : 'this is its master now';
  const text = () => waitingFor(name, 'slave', `${why}, and none has come`, undefined);
  if (await announced(within(leftMs, hasCome), flags, text)) return endpoint;
  endpoint.close();
  throw new EshmError(
    'ESHM_TIMEOUT',
    `Cannot reach the slave of '${name}': none came within ${timeoutMs} ms${didYouMean(name)}`,
  );
}

/** Looks until `isSo`, or the time is up. */
async function within(timeoutMs: number, isSo: () => boolean): Promise<boolean> {
  const pause = new Pause();
  while (!isSo()) {
    if (pause.silentMs >= timeoutMs) return false;
    await pause.rest();
  }
  return true;
}

/** Whether there is a segment or a file of that name, whoever it belongs to. */
function isAnything(name: string, { shm = 'auto' }: OpenFlags): boolean {
  return new Target('recv', name, shm === 'auto' ? {} : { shm }).find().length > 0;
}

/** What a slave leaves in the segment. */
interface Trace extends Pick<Reader, 'ready' | 'beats' | 'identity'> {
  /** Messages that slaves have written. */
  readonly written: bigint;
}

/** What a new segment says of its slave. */
const NOBODY: Trace = { ready: false, beats: 0n, identity: '0', written: 0n };

function traceOf(endpoint: Eshm): Trace {
  const { ready, beats, identity } = readerOf(endpoint);
  return { ready, beats, identity, written: endpoint.stats().s2mWriteCount };
}

/**
 * What a dead slave of before has left in the segment is no slave: one that is there beats, and one that was there since
 * has beaten, or has written before its first beat.
 */
function isThere(now: Trace, before: Trace, mayHaveLeft: boolean): boolean {
  const wrote = now.written !== before.written;
  if (now.beats === before.beats && now.identity === before.identity && !wrote) return false;
  return now.ready || (mayHaveLeft && (now.beats > 0n || wrote));
}

async function open(
  name: string,
  role: CliRole,
  timeoutMs: number | undefined,
  options: EshmOptions,
): Promise<Eshm> {
  if (role !== 'slave') {
    try {
      return Eshm.open(name, { ...options, role: 'master' });
    } catch (error) {
      const taken = error instanceof EshmError && error.code === 'ESHM_ROLE_MISMATCH';
      if (!taken || role === 'master') throw error;
    }
  }
  return Eshm.connect(name, { ...options, role: 'slave', timeoutMs: timeoutMs ?? DEFAULT_CONNECT_MS });
}

/** Why it could not be opened, in one line with what to do on a command line. */
function explained(
  error: unknown,
  name: string,
  { role, shm = 'auto' }: OpenFlags,
  isReading: boolean,
): unknown {
  if (!(error instanceof EshmError)) return error;
  const { cause } = error;
  if (error.code === 'ESHM_TIMEOUT' && cause instanceof EshmError) {
    if (cause.errnoName === 'ENOENT')
      return new Target('recv', name, shm === 'auto' ? {} : { shm }).missing('join');
    if (cause.code === 'ESHM_MASTER_STALE') {
      return new EshmError(
        'ESHM_MASTER_STALE',
        `Cannot join '${name}': ${cause.message}; start one, for example ${startMaster(name)}`,
        { cause },
      );
    }
  }
  const taken = error.message.includes('; stop it, or take its place');
  const lookOn =
    taken && isReading ? `; or look on beside it: \`eshm recv ${shellWord(name)} --observe\`` : '';
  const message = inShellWords(error.message);
  return new EshmError(error.code, `${role === 'auto' ? withoutRole(message, error) : message}${lookOn}`, {
    cause: error,
  });
}

/** The message for who has not chosen a role: what somebody uses is not replaced unless a role is said. */
function withoutRole(message: string, { code }: EshmError): string {
  if (code !== 'ESHM_SHM_CREATE') return message.replace(/--force$/, '--role slave --force');
  return message
    .replace(/^(Cannot open '.*?') as master/s, '$1')
    .replace(
      /; choose another name, or replace it with --force$/,
      isOfSize(message) ? '' : '; choose another name, or replace it with --role master --force',
    );
}

/** Whether the message says that a channel has slots of another size, and how to meet that. */
function isOfSize(message: string): boolean {
  return message.includes('give both ends the same --max-data-size');
}
