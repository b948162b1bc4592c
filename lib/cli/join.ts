import { Option } from 'commander';
import { Eshm, EshmError, type EshmOptions } from '../index.js';
import { Pause } from './pause.js';
import { readerOf } from './reader.js';
import { startMaster, Target } from './target.js';

/** The roles of the shell's ends. `auto` is the slave where a live master is, else the master. */
export type CliRole = 'master' | 'slave' | 'auto';

/** A slave waits this long for its master where nothing else is said, in ms. */
const DEFAULT_CONNECT_MS = 5000;

/** The option `--role`. */
export function roleOption(byDefault: CliRole): Option {
  return new Option('--role <role>', 'which end to be; auto is the slave of a live master, else the master')
    .choices(['master', 'slave', 'auto'])
    .default(byDefault);
}

/**
 * Opens an end of the channel and waits until the other side is there.
 *
 * @param timeoutMs - how long to wait; a slave waits 5 s for its master where it is not given, a master waits for ever
 * @throws {EshmError} ESHM_TIMEOUT and what `Eshm.open` throws
 */
export async function join(
  name: string,
  role: CliRole,
  timeoutMs: number | undefined,
  options: EshmOptions,
): Promise<Eshm> {
  const start = performance.now();
  const endpoint = await open(name, role, timeoutMs, options);
  const pause = new Pause();
  // A slave has just seen its master beat; if it has left since, what it wrote is still there to be read.
  while (endpoint.role === 'master' && !readerOf(endpoint).ready) {
    if (performance.now() - start >= (timeoutMs ?? Number.POSITIVE_INFINITY)) {
      endpoint.close();
      throw new EshmError(
        'ESHM_TIMEOUT',
        `Cannot reach the slave of '${name}': none came within ${timeoutMs} ms`,
      );
    }
    await pause.rest();
  }
  return endpoint;
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
  try {
    return await Eshm.connect(name, {
      ...options,
      role: 'slave',
      timeoutMs: timeoutMs ?? DEFAULT_CONNECT_MS,
    });
  } catch (error) {
    throw explained(error, name);
  }
}

/** A name that nobody created, or whose master is dead, in one line with what to do. */
function explained(error: unknown, name: string): unknown {
  if (!(error instanceof EshmError) || error.code !== 'ESHM_TIMEOUT') return error;
  const { cause } = error;
  if (cause instanceof EshmError && cause.errnoName === 'ENOENT') {
    return new Target('recv', name, {}).missing('join');
  }
  if (cause instanceof EshmError && cause.code === 'ESHM_MASTER_STALE') {
    return new EshmError(
      'ESHM_MASTER_STALE',
      `Cannot join '${name}': its master does not beat; start one, for example ${startMaster(name)}`,
      { cause },
    );
  }
  return error;
}
