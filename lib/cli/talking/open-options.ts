import { type Command, Option } from 'commander';
import { DEFAULT_MAX_DATA_SIZE } from '../../../layout/index.js';
import type { EshmOptions } from '../../index.js';
import { SHM_KINDS } from '../../store/index.js';
import { parseDataSize, parseMode, parseMs, parseThreshold } from '../parse.js';

/** The roles of the shell's ends. `auto` is the slave where a live master is, else the master. */
export type CliRole = 'master' | 'slave' | 'auto';

/** In which kind of memory an end is to be opened. */
export type ShmOption = NonNullable<EshmOptions['shm']>;

/** How the user wants an end to be opened. */
export interface OpenFlags {
  readonly role: CliRole;
  readonly maxDataSize: number;
  readonly staleThreshold?: number;
  readonly reconnectWait?: number;
  readonly mode?: number;
  readonly ownerOnly?: boolean;
  readonly force?: boolean;
  readonly shm?: ShmOption;
  readonly quiet?: boolean;
}

/** Adds what `Eshm.open` can be told from the shell. */
export function addOpenOptions(command: Command, role: CliRole): Command {
  return command
    .addOption(
      new Option('--role <role>', 'which end to be; auto is the slave of a live master, else the master')
        .choices(['master', 'slave', 'auto'])
        .default(role),
    )
    .addOption(shmOption())
    .option('--max-data-size <bytes>', 'bytes in one slot', parseDataSize, DEFAULT_MAX_DATA_SIZE)
    .option(
      '--stale-threshold <ms>',
      'written into a new segment or file: a heart that stands still so long is stale (default: 100)',
      parseThreshold,
    )
    .option('--mode <octal>', 'permission bits of a new segment or file (default: 0666)', parseMode)
    .option('--owner-only', 'refuse what belongs to another user; a new one gets mode 0600')
    .option('--force', 'with --role master or slave: take the place of a live one')
    .option(
      '--reconnect-wait <ms>',
      'how long to look for a new master when it died; 0: no limit (default: 5000)',
      parseMs,
    )
    .addOption(
      new Option('-q, --quiet', 'no line on stderr about what is waited for, after a second').env(
        'ESHM_QUIET',
      ),
    );
}

/** `--shm` of commands that open a channel. */
export function shmOption(): Option {
  return new Option(
    '--shm <kind>',
    'the kind of memory: a System V segment, a file in /dev/shm, or auto: where the other side is (default: auto)',
  ).choices(['auto', ...SHM_KINDS]);
}

/**
 * The flags as options of `Eshm.open`, all but the role.
 *
 * @throws {RangeError} for `--force` without a role: whose place is to be taken?
 */
export function openOptions(flags: OpenFlags): EshmOptions {
  const { staleThreshold, reconnectWait, mode, ownerOnly = false, force = false } = flags;
  if (force && flags.role === 'auto') {
    throw new RangeError('Cannot open: --force takes the place of somebody, expected --role master or slave');
  }
  return {
    maxDataSize: flags.maxDataSize,
    ownerOnly,
    force,
    ...(staleThreshold === undefined ? {} : { staleThresholdMs: staleThreshold }),
    ...(mode === undefined ? {} : { mode }),
    ...(flags.shm === undefined ? {} : { shm: flags.shm }),
    // The time is the limit, whatever the number of attempts that fit into it.
    ...(reconnectWait === undefined ? {} : { reconnectWaitMs: reconnectWait, maxReconnectAttempts: 0 }),
  };
}

/** Names of options in the library's messages, and what the shell calls them. */
const SHELL_NAMES = [
  ['force: true', '--force'],
  ["shm: 'posix'", '--shm posix'],
  ["shm: 'system-v'", '--shm system-v'],
  ['maxDataSize: ', '--max-data-size '],
  ['maxDataSize', '--max-data-size'],
  ['(ownerOnly)', '(--owner-only)'],
  ['resendMs', '--resend'],
  ['reconnectWaitMs: ', '--reconnect-wait '],
  ["reconnect: 'forever'", '--reconnect-wait 0'],
  ['without ack', 'without --ack'],
  ['or overwrite it', 'or --overwrite'],
  ['record with compress', 'record with --compress'],
  ['the option role', '--role'],
] as const;

/** A message of the library in the words of the command line. */
export function inShellWords(message: string): string {
  return SHELL_NAMES.reduce((text, [ours, theirs]) => text.replaceAll(ours, theirs), message);
}

/** An error of the library, its message in the words of the command line; anything else as it is. */
export function errorInShellWords(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return Object.assign(error, { message: inShellWords(error.message) });
}
