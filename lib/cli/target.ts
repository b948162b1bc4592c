import { type Command, Option } from 'commander';
import { formatKey } from '../../syscalls/index.js';
import { EshmError } from '../errors.js';
import { type ChannelName, channelName, SHM_KINDS, type ShmKind } from '../store/index.js';
import { fileAt, listObjects, type ShmStat } from './looking/objects.js';
import { didYouMean } from './looking/similar.js';
import { parseId, parseKey } from './parse.js';
import { escapeText } from './printing/text.js';

/** How the user named a channel. */
export interface TargetOptions {
  readonly key?: number;
  readonly id?: number;
  readonly shm?: ShmKind;
}

/** Adds the ways to name a channel: the argument, `--key` and `--id`, and `--shm` where it is to be of one kind. */
export function addTarget(command: Command): Command {
  return command
    .argument('[name]', 'channel name')
    .option(
      '--key <key>',
      'the key of a segment instead of a name: decimal, or hexadecimal as ipcs prints it',
      parseKey,
    )
    .option('--id <id>', "the kernel's id of a segment instead of a name", parseId)
    .addOption(shmFilter('look in this kind of memory only (default: in both)'));
}

/** `--shm` of commands that look: one kind of memory, or both where it is not given. */
export function shmFilter(description: string): Option {
  return new Option('--shm <kind>', description).choices(SHM_KINDS);
}

/** The one channel that was asked for. */
export class Target {
  readonly name: string | undefined;
  readonly key: number | undefined;
  readonly id: number | undefined;
  readonly #channel: ChannelName | undefined;
  readonly #shm: ShmKind | undefined;

  /** @throws {RangeError} unless exactly one of name, key and id is given, and one that can be in the memory asked for */
  constructor(action: string, name: string | undefined, { key, id, shm }: TargetOptions) {
    if ([name, key, id].filter((given) => given !== undefined).length !== 1) {
      throw new RangeError(
        `Cannot ${action}: expected one of NAME, --key and --id; see eshm ${action} --help`,
      );
    }
    if (name === undefined && shm === 'posix') {
      throw new RangeError(`Cannot ${action}: files have neither key nor id, expected NAME with --shm posix`);
    }
    this.name = name;
    this.#channel = name === undefined ? undefined : channelName(name);
    this.key = this.#channel?.key ?? key;
    this.id = id;
    this.#shm = name === undefined ? 'system-v' : shm;
  }

  /** For messages: `'robot'`, `key 0x0764801e`, `segment 12`. */
  toString(): string {
    if (this.id !== undefined) return `segment ${this.id}`;
    return this.name === undefined ? `key ${formatKey(this.key!)}` : `'${escapeText(this.name)}'`;
  }

  /** For the start of a screen. */
  get title(): string {
    if (this.name !== undefined) return escapeText(this.name);
    return this.id === undefined ? formatKey(this.key!) : `segment ${this.id}`;
  }

  /** Looks now in every place where it may be: none, one, or a segment and a file. */
  find(): ShmStat[] {
    const found: ShmStat[] = [];
    if (this.#shm !== 'posix') {
      found.push(
        ...listObjects('system-v').filter((stat) =>
          this.id === undefined ? stat.key === this.key && !stat.removed : stat.id === this.id,
        ),
      );
    }
    const file = this.#channel && this.#shm !== 'system-v' ? fileAt(this.#channel.path) : undefined;
    return file === undefined ? found : [...found, file];
  }

  /** The error for a channel that is not there, with where it was looked for, and how to make one where that is of use. */
  missing(action: string): EshmError {
    // Who wants to remove it has no use for a master.
    const advice =
      this.id !== undefined || action === 'rm'
        ? 'see `eshm ls --all`'
        : `start a master first, for example ${startMaster(this.name)}`;
    const who = this.id !== undefined || action === 'rm' ? 'there is' : 'nobody has created it, there is';
    return new EshmError(
      'ESHM_SHM_ATTACH',
      `Cannot ${action} ${this}: ${who} ${this.#nowhere()}; ${advice}${didYouMean(this.name)}`,
    );
  }

  /** That it is not there, with names that are like it. */
  get absence(): string {
    return `nobody has created it, there is ${this.#nowhere()}${didYouMean(this.name)}`;
  }

  /** `neither the segment under key 0x0764801e nor the file /dev/shm/eshm_robot`. */
  #nowhere(): string {
    if (this.id !== undefined) return 'none';
    const segment = `segment under key ${formatKey(this.key!)}`;
    const file = `file ${escapeText(`${this.#channel?.path}`)}`;
    if (this.#shm === 'system-v') return `no ${segment}`;
    return this.#shm === 'posix' ? `no ${file}` : `neither a ${segment} nor a ${file}`;
  }
}

/** A command line that starts a master. */
export function startMaster(name = 'NAME'): string {
  return `\`eshm send ${shellWord(name)} --role master\``;
}

/** A word as the shell needs it. */
export function shellWord(word: string): string {
  return /^[\w.:/@%+=-]+$/.test(word) && !word.startsWith('-')
    ? word
    : `'${escapeText(word).replaceAll("'", "'\\''")}'`;
}
