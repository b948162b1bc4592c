import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { SyscallError } from '../../../syscalls/index.js';
import { EshmError } from '../../errors.js';
import type { AnyRecord } from '../../record/index.js';
import { endOnSignals } from '../conventions.js';
import { guarded } from '../guarded.js';
import { itemFields } from '../items/show.js';
import { dumpChannel } from '../looking/dump.js';
import { type Channel, type Finding, inspect, isChannel, type OtherObject } from '../looking/inspect.js';
import { called, identityOf, thingOf } from '../looking/objects.js';
import { type Rates, Traffic } from '../looking/traffic.js';
import { parseCount, parseDataSize, parseInterval } from '../parse.js';
import { print, terminalWidth, toJson } from '../printing/report.js';
import { Screen } from '../printing/screen.js';
import { escapeText } from '../printing/text.js';
import { fieldsOf, whyNone } from '../records/json.js';
import { collect, recordsToTellApart } from '../records/load.js';
import { addTarget, Target, type TargetOptions } from '../target.js';

interface Options extends TargetOptions {
  readonly watch?: boolean;
  readonly json?: boolean;
  readonly interval: number;
  readonly count?: number;
  readonly maxDataSize?: number;
  readonly as?: readonly string[];
}

/** Rows of a message: whole ones are shown where there is room to scroll. */
const ROWS_ONCE = 256;
const ROWS_WATCHING = 2;

const EXAMPLES = `
Examples:
  eshm stat robot
  eshm stat robot --watch            refreshed in place, q quits
  eshm stat --key 0xcd94e220 --json
  eshm stat robot --json --as robot.mjs#Pose
  eshm stat robot --watch --as robot.mjs          the records of a module, told apart by size
  eshm stat --id 12 --max-data-size 1000
  eshm stat robot --shm posix        the file, where there is a segment too

Where the name has a segment and a file, the one that is live is shown, and the segment
where both are.

The memory does not say how large a slot is. It is taken to be the default of 4096
bytes where the size fits, else the size whose counters make sense, else the largest
that fits. NOT READ counts messages that were overwritten or still wait. Items of 1.0's
data handler are shown decoded.`;

/** `eshm stat`: everything about one channel. */
export function stat(program: Command): void {
  addTarget(program.command('stat').description('decode the header and both channels of one segment or file'))
    .option('-w, --watch', 'refresh until q or Ctrl-C')
    .option(
      '-i, --interval <ms>',
      'time over which rates are taken, and between refreshes',
      parseInterval,
      500,
    )
    .option('-c, --count <n>', 'refresh this often with --watch', parseCount)
    .option('--max-data-size <bytes>', 'bytes in one slot, where it is not the default', parseDataSize)
    .option(
      '--as <file#record>',
      'show messages of its size as this record, or those of a module; may be repeated',
      collect,
    )
    .option('--json', 'an object; with --watch one on each line')
    .addHelpText('after', EXAMPLES)
    .action(guarded('look at the channel', run));
}

async function run(name: string | undefined, options: Options): Promise<void> {
  const target = new Target('stat', name, options);
  const records = await recordsToTellApart(options.as);
  const source = new Source(target, options.maxDataSize, records);
  const first = await source.look();
  if (first === undefined) throw target.missing('stat');
  if (options.watch) {
    await sleep(options.interval);
    return watch(source, options);
  }
  if (!isLook(first)) throw source.notChannel(first);
  await sleep(options.interval);
  const next = await source.look().catch(unlessOther);
  // Gone within the interval, or another's: what was seen is better than nothing.
  const { channel, rates } = isLook(next) ? next : first;
  if (options.json) print(JSON.stringify({ ...toJson(channel, records), rates: rates ?? null }, null, 2));
  else
    print(
      ...dumpChannel(source.title, channel, rates, {
        width: terminalWidth(),
        rows: ROWS_ONCE,
        show: source.show,
        whyNone: source.whyNone,
      }),
      ...source.elsewhere,
    );
}

/** `undefined` for what {@link Source.look} says of a segment that is no channel, or not the one that was seen. */
function unlessOther(error: unknown): undefined {
  if (!(error instanceof EshmError || error instanceof RangeError || error instanceof SyscallError))
    throw error;
}

async function watch(source: Source, options: Options): Promise<void> {
  endOnSignals();
  const isPainted = process.stdout.isTTY && !options.json;
  const screen = isPainted ? new Screen((key) => key === 'q' && process.exit()) : undefined;
  try {
    for (let shown = 0; shown < (options.count ?? Number.POSITIVE_INFINITY); shown++) {
      if (shown > 0) await sleep(options.interval);
      const look = await source.look();
      if (options.json) print(JSON.stringify(jsonOf(look, source.records)));
      else if (screen === undefined) print(...linesOf(source, look, Number.POSITIVE_INFINITY), '');
      else screen.paint(linesOf(source, look, screen.width));
    }
  } catch (error) {
    throw found(error);
  } finally {
    // An error is told where it can be read.
    screen?.close();
  }
  process.exit();
}

/** What was wrong with a segment that came later, which is no wrong call. */
function found(error: unknown): unknown {
  return error instanceof RangeError
    ? new EshmError('ESHM_SHM_ATTACH', error.message, { cause: error })
    : error;
}

function jsonOf(
  look: Look | OtherObject | undefined,
  records: readonly AnyRecord[],
): Record<string, unknown> {
  if (look === undefined) return { state: 'gone' };
  return isLook(look) ? { ...toJson(look.channel, records), rates: look.rates ?? null } : toJson(look);
}

function linesOf(source: Source, look: Look | OtherObject | undefined, width: number): string[] {
  if (look === undefined) return [`${source.title}  gone`, 'It was removed; waiting for another.'];
  if (!isLook(look)) {
    return [`${source.title}  unfinished`, 'It has no header yet; waiting for its master to write it.'];
  }
  return dumpChannel(source.title, look.channel, look.rates, {
    width,
    rows: ROWS_WATCHING,
    show: source.show,
    whyNone: source.whyNone,
  });
}

interface Look {
  readonly channel: Channel;
  readonly rates: Rates | undefined;
}

function isLook(look: Look | OtherObject | undefined): look is Look {
  return look !== undefined && 'channel' in look;
}

/** Looks at one channel again and again; follows a name or key to a new segment or file. */
class Source {
  readonly title: string;
  /** A line on what else is under the same name, as of the last look. */
  elsewhere: readonly string[] = [];
  /** Those of `--as`. */
  readonly records: readonly AnyRecord[];
  readonly #target: Target;
  readonly #maxDataSize: number | undefined;
  #traffic = new Traffic();
  #seen: string | undefined;

  /** A message as fields, where it is one of the records that the user named, or items. */
  readonly show: (message: Uint8Array) => readonly string[] | undefined;
  /** Why a message is none of the records that the user named. */
  readonly whyNone: (message: Uint8Array) => string | undefined;

  constructor(target: Target, maxDataSize: number | undefined, records: readonly AnyRecord[]) {
    this.show = (message) => fieldsOf(message, records) ?? itemFields(message);
    this.whyNone = (message) => whyNone(message, records);
    this.records = records;
    this.#target = target;
    this.#maxDataSize = maxDataSize;
    this.title = target.title;
  }

  /**
   * @returns `undefined` when there is none now; one that has no header yet as it is
   * @throws {EshmError} for any other that is no channel
   * @throws {RangeError} for one of another size than the user said
   */
  async look(): Promise<Look | OtherObject | undefined> {
    const findings = (await inspect(this.#target.find(), this.#maxDataSize)).toSorted(byUse);
    const [finding, ...others] = findings;
    this.elsewhere = others.map(({ stat, state }) => `also ${state}: ${called(stat)}, --shm ${stat.shm}`);
    if (finding === undefined) return undefined;
    if (!isChannel(finding)) {
      if (finding.isUnfinished) return finding;
      throw this.notChannel(finding);
    }
    const identity = identityOf(finding.stat);
    if (identity !== this.#seen) this.#traffic = new Traffic();
    this.#seen = identity;
    return { channel: finding, rates: this.#traffic.take(finding) };
  }

  notChannel({ stat, state, reason }: OtherObject): EshmError {
    const what = state === 'foreign' ? `not an ESHM ${thingOf(stat)}` : 'unreadable';
    return new EshmError(
      'ESHM_SHM_ATTACH',
      `Cannot stat ${this.#target}: it is ${what}, ${escapeText(reason)}`,
    );
  }
}

/** What is live before what is not, and a channel before what is none; else the segment, which comes first. */
function byUse(a: Finding, b: Finding): number {
  const rank = ({ state }: Finding) => ({ live: 0, stale: 1, foreign: 2, unreadable: 2 })[state];
  return rank(a) - rank(b);
}
