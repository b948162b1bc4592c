import type { Command } from 'commander';
import { deriveKey } from '../../layout/index.js';
import { formatKey, Segment, type SegmentStat } from '../../syscalls/index.js';
import { EshmError } from '../errors.js';
import { parseId, parseKey } from './parse.js';
import { escapeText } from './printing/text.js';

/** How the user named a segment. */
export interface TargetOptions {
  readonly key?: number;
  readonly id?: number;
}

/** Adds the three ways to name a segment: the argument, `--key` and `--id`. */
export function addTarget(command: Command): Command {
  return command
    .argument('[name]', 'channel name')
    .option('--key <key>', 'the key instead of a name: decimal, or hexadecimal as ipcs prints it', parseKey)
    .option('--id <id>', "the kernel's id of the segment instead of a name", parseId);
}

/** The one segment that was asked for. */
export class Target {
  readonly name: string | undefined;
  readonly key: number | undefined;
  readonly id: number | undefined;

  /** @throws {RangeError} unless exactly one of name, key and id is given */
  constructor(action: string, name: string | undefined, { key, id }: TargetOptions) {
    if ([name, key, id].filter((given) => given !== undefined).length !== 1) {
      throw new RangeError(
        `Cannot ${action}: expected one of NAME, --key and --id; see eshm ${action} --help`,
      );
    }
    this.name = name;
    this.key = name === undefined ? key : deriveKey(name);
    this.id = id;
  }

  /** For messages: `'robot' (key 0x0764801e)`, `key 0x0764801e`, `segment 12`. */
  toString(): string {
    if (this.id !== undefined) return `segment ${this.id}`;
    const key = `key ${formatKey(this.key!)}`;
    return this.name === undefined ? key : `'${escapeText(this.name)}' (${key})`;
  }

  /** Looks it up now; `undefined` when there is none. */
  find(): SegmentStat | undefined {
    return Segment.list().find((stat) =>
      this.id === undefined ? stat.key === this.key && !stat.removed : stat.id === this.id,
    );
  }

  /** The error for a segment that is not there, with how to make one where that is of use. */
  missing(action: string): EshmError {
    // Who wants to remove it has no use for a master.
    if (this.id !== undefined || action === 'rm') {
      return new EshmError(
        'ESHM_SHM_ATTACH',
        `Cannot ${action} ${this}: there is none; see \`eshm ls --all\``,
      );
    }
    return new EshmError(
      'ESHM_SHM_ATTACH',
      `Cannot ${action} ${this}: nobody has created it; start a master first, for example ${startMaster(this.name)}`,
    );
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
