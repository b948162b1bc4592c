import type { DisconnectBehavior, EshmOptions } from '../../../lib/index.js';
import { ownPlace } from './place.js';

const BEHAVIORS: readonly DisconnectBehavior[] = ['immediately', 'on-timeout', 'never'];

/** What each `key=value` of `open` means; the keys are those of the C++ peer, and five of our own. */
const OPTIONS: Readonly<Record<string, (value: string) => EshmOptions>> = {
  threshold: (value) => ({ staleThresholdMs: Number(value) }),
  behavior: (value) => ({ disconnectBehavior: BEHAVIORS[Number(value)] as DisconnectBehavior }),
  wait: (value) => ({ reconnectWaitMs: Number(value) }),
  retry: (value) => ({ reconnectRetryIntervalMs: Number(value) }),
  attempts: (value) => ({ maxReconnectAttempts: Number(value) }),
  cleanup: (value) => ({ autoCleanup: value !== '0' }),
  threads: (value) => ({ useThreads: value !== '0' }),
  order: (value) => ({ order: value as NonNullable<EshmOptions['order']> }),
  idle: (value) => ({ idle: value as NonNullable<EshmOptions['idle']> }),
  force: (value) => ({ force: value !== '0' }),
  shm: (value) => ({ shm: value as NonNullable<EshmOptions['shm']> }),
  size: (value) => ({ maxDataSize: Number(value) }),
};

/** The words after `open ROLE NAME` as options; `watch` is the peer's own. */
export function openOptions(
  role: string | undefined,
  words: readonly string[],
): EshmOptions & { watch: boolean } {
  let options: EshmOptions = { role: role as NonNullable<EshmOptions['role']>, shm: ownPlace };
  let watch = true;
  for (const word of words) {
    const [key = '', value = ''] = word.split('=');
    const option = Object.hasOwn(OPTIONS, key) ? OPTIONS[key] : undefined;
    if (key === 'watch') watch = value !== '0';
    else if (option === undefined) throw new TypeError(`unknown option ${key}`);
    else options = { ...options, ...option(value) };
  }
  return { ...options, watch };
}
