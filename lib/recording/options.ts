import { describe, describeNumber } from '../../layout/describe.js';
import { checkOptions, checkSignal, flag } from '../checks/index.js';
import type { ShmOption } from '../index.js';
import { type AnyRecord, isRecord } from '../record/index.js';

/** Options of {@link recorder}. */
export interface RecorderOptions {
  /** Path of the file. Where it is split, each part has a number before the extension: `box-000001.mcap`. */
  readonly file: string;
  /** In which kind of memory the channels are; `'auto'` by default: wherever they are. */
  readonly shm?: ShmOption | undefined;
  /** Bytes in one message at most, where it cannot be told from the memory itself. */
  readonly maxDataSize?: number | undefined;
  /** Records that messages may be, told by their size: each gets a topic with its fields as JSON beside the bytes. */
  readonly records?: readonly AnyRecord[] | undefined;
  /** Whether messages may be items of `eshm/items`: they get a topic with JSON beside the bytes. `false` by default. */
  readonly items?: boolean | undefined;
  /** Begin a new file before this one has more bytes than this; `Infinity` by default. */
  readonly splitSize?: number | undefined;
  /** Begin a new file when this one is so old, in ms; `Infinity` by default. */
  readonly splitDurationMs?: number | undefined;
  /** Keep so many files, the newest, and remove those before; `Infinity` by default. For recordings that are split. */
  readonly keep?: number | undefined;
  /** Compress with zstd, which Node has from 22.15 on; `false` by default. */
  readonly compress?: boolean | undefined;
  /** Replace a file that is there; `false` by default. */
  readonly overwrite?: boolean | undefined;
  /** End after so long, in ms; `Infinity` by default. */
  readonly durationMs?: number | undefined;
  /** Ends the recording in good order. */
  readonly signal?: AbortSignal | undefined;
}

const KNOWN: Readonly<Record<keyof RecorderOptions, true>> = {
  file: true,
  shm: true,
  maxDataSize: true,
  records: true,
  items: true,
  splitSize: true,
  splitDurationMs: true,
  keep: true,
  compress: true,
  overwrite: true,
  durationMs: true,
  signal: true,
};

/** The least size at which a file may be split, in bytes: room for the description of the channels. */
const LEAST_SPLIT_SIZE = 2 ** 16;

type Judged = Omit<RecorderOptions, 'shm' | 'maxDataSize' | 'signal'>;

/** Options with nothing left open, but for those of the observer, which judges them itself. */
export type ResolvedRecorder = {
  readonly [Name in keyof Judged]-?: Exclude<Judged[Name], undefined>;
} & { readonly signal: AbortSignal | undefined };

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {TypeError | RangeError}
 */
export function resolveRecorder(options: RecorderOptions): ResolvedRecorder {
  checkOptions('record', options, KNOWN);
  const { file, records = [], signal } = options;
  if (typeof file !== 'string')
    throw new TypeError(`Cannot record: file is ${describe(file)}, expected a path`);
  if (file === '') throw new RangeError('Cannot record: file is empty, expected a path');
  if (!Array.isArray(records) || !records.every(isRecord)) {
    throw new TypeError(
      'Cannot record: records is something else, expected an array of records of eshm/record',
    );
  }
  const splitSize = amount('record', 'splitSize', options.splitSize, 'bytes', LEAST_SPLIT_SIZE);
  const splitDurationMs = amount('record', 'splitDurationMs', options.splitDurationMs, 'ms', 1);
  const keep = amount('record', 'keep', options.keep, 'files', 1);
  const isSplit = splitSize !== Number.POSITIVE_INFINITY || splitDurationMs !== Number.POSITIVE_INFINITY;
  if (keep !== Number.POSITIVE_INFINITY && !isSplit) {
    throw new RangeError(
      `Cannot record: keep is ${keep} and nothing splits the recording, expected splitSize or splitDurationMs too`,
    );
  }
  return {
    file,
    records,
    items: flag('items', options.items, false, 'record'),
    splitSize,
    splitDurationMs,
    keep,
    compress: flag('compress', options.compress, false, 'record'),
    overwrite: flag('overwrite', options.overwrite, false, 'record'),
    durationMs: amount('record', 'durationMs', options.durationMs, 'ms', 1),
    signal: checkSignal('record', signal),
  };
}

/** A number of at least `least`; `Infinity` where it is not given. @throws {TypeError | RangeError} */
export function amount(
  action: string,
  name: string,
  value: number | undefined,
  unit: string,
  least: number,
  fallback = Number.POSITIVE_INFINITY,
): number {
  if (value === undefined) return fallback;
  if (typeof value === 'number' && value >= least) return value;
  const Wrong = typeof value === 'number' ? RangeError : TypeError;
  throw new Wrong(`Cannot ${action}: ${name} is ${describeNumber(value)}, expected ${least} ${unit} or more`);
}
