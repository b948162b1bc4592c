import { isCorrupt } from '../../errors.js';
import { Eshm, EshmError, type Observer } from '../../index.js';
import { stateOf } from '../looking/observed.js';
import { formatCount, WAYS } from '../printing/format.js';
import { overwritten, plural, warn } from '../printing/report.js';
import { Troubles } from '../printing/troubles.js';
import type { Declared } from '../records/by-size.js';
import { Target } from '../target.js';
import { announced, HOW_TO_END, nameInFull, waitingFor } from './announced.js';
import { errorInShellWords, inShellWords, type ShmOption } from './open-options.js';
import { type ShowFlags, show } from './shown.js';

/** What `eshm recv --observe` is told. */
export interface OverhearOptions extends ShowFlags {
  readonly direction?: 'm2s' | 's2m';
  readonly follow?: boolean;
  readonly count?: number;
  readonly timeout?: number;
  readonly shm?: ShmOption | undefined;
  /** Told from the memory where it is not given. */
  readonly maxDataSize?: number | undefined;
  readonly quiet?: boolean;
}

/**
 * Puts out what goes over a channel, both ways or one, without being anybody on it: until the channel has gone, unless
 * `follow`, or after so many messages.
 *
 * @throws {EshmError} ESHM_TIMEOUT for no message in time, ESHM_NO_DATA where the channel has gone before they were enough,
 * and what `Eshm.observe` throws
 */
export async function overhear(
  name: string,
  options: OverhearOptions,
  as: Declared | undefined,
): Promise<void> {
  const { direction, follow, count = Number.POSITIVE_INFINITY, timeout, shm, maxDataSize } = options;
  const observer = observe(name, { shm, maxDataSize });
  const troubles = new Troubles();
  const strangers = new Strangers(as?.names ?? 'items');
  let [received, missed, isLate] = [0, 0, false];
  process.on('exit', () => {
    troubles.end();
    if (missed > 0) warn(overwritten(missed, 'seen'));
  });
  observer.on('corrupt', (error) => troubles.tell(error.message));
  observer.on('unreadable', (_what, error) => warn(inShellWords(error.message)));
  // A master that stands in both kinds of memory leaves one of them when somebody comes to the other.
  observer.on('vanished', () => {
    if (!follow && stateOf(observer, name) === null) observer.close();
  });
  const silence =
    timeout === undefined
      ? undefined
      : setTimeout(() => {
          isLate = true;
          observer.close();
        }, timeout);
  const take = async () => {
    for await (const message of observer) {
      if (direction !== undefined && message.direction !== direction) continue;
      missed += message.missed;
      const way = direction === undefined ? message.direction : undefined;
      const shown = unlessCorrupt(() => show(message.data, options, as, way), troubles);
      if (shown === undefined) {
        strangers.add(message.direction);
        continue;
      }
      process.stdout.write(shown);
      strangers.forget();
      silence?.refresh();
      if (++received >= count) break;
    }
  };
  try {
    await announced(take(), options, () =>
      received > 0 ? undefined : waitedFor(observer, strangers.text, direction),
    );
  } finally {
    clearTimeout(silence);
    observer.close();
  }
  if (isLate) {
    const what = strangers.text === undefined ? 'no message' : `${strangers.text},`;
    throw new EshmError(
      'ESHM_TIMEOUT',
      `Cannot receive from '${name}': ${what} within ${timeout} ms${absenceOf(name, shm)}`,
    );
  }
  if (options.count === undefined || received >= count) return;
  throw new EshmError(
    'ESHM_NO_DATA',
    `Cannot receive from '${name}': it was removed after ${plural(received, 'message')}, expected ${count}`,
  );
}

function observe(name: string, options: Pick<OverhearOptions, 'shm' | 'maxDataSize'>): Observer {
  try {
    return Eshm.observe(name, options);
  } catch (error) {
    throw errorInShellWords(error);
  }
}

/** `; nobody has created it, …` with names that are like it; nothing where it is there. */
function absenceOf(name: string, shm: ShmOption | undefined): string {
  const target = new Target('receive', name, shm === undefined || shm === 'auto' ? {} : { shm });
  return target.find().length === 0 ? `; ${target.absence}` : '';
}

/** What is put out of a message; one that is none of what was asked for is told and passed over. */
function unlessCorrupt<T>(shown: () => T, troubles: Troubles): T | undefined {
  try {
    return shown();
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    troubles.tell(error.message);
    return undefined;
  }
}

function waitedFor(observer: Observer, strangers: string | undefined, direction?: 'm2s' | 's2m'): string {
  const [name] = observer.names as [string];
  if (stateOf(observer, name) === null)
    return waitingFor(name, 'master', 'there is no such channel yet', undefined);
  const where = direction === undefined ? 'to it' : WAYS[direction];
  const what = strangers ?? `nothing was written ${where} since, \`eshm stat\` shows what was before`;
  return `looking at ${nameInFull(name)}: ${what}; ${HOW_TO_END}`;
}

/** Messages that were none of what was asked for, since the last one that was. */
class Strangers {
  readonly #names: string;
  #counts = { m2s: 0, s2m: 0 };

  /** @param names - what was asked for */
  constructor(names: string) {
    this.#names = names;
  }

  add(direction: 'm2s' | 's2m'): void {
    this.#counts[direction]++;
  }

  forget(): void {
    this.#counts = { m2s: 0, s2m: 0 };
  }

  /** How many came, which way, and that they were none of it; `undefined` where none came. */
  get text(): string | undefined {
    const ways = (['m2s', 's2m'] as const).filter((way) => this.#counts[way] > 0);
    if (ways.length === 0) return undefined;
    const count = (way: 'm2s' | 's2m') => (ways.length > 1 ? `${formatCount(this.#counts[way])} ` : '');
    const came = ways.map((way) => `${count(way)}${WAYS[way]}`).join(', ');
    const total = this.#counts.m2s + this.#counts.s2m;
    return `${plural(total, 'message')} came (${came}) and none was ${this.#names}`;
  }
}
