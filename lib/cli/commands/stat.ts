import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { formatKey } from '../../../syscalls/index.js';
import { EshmError } from '../../errors.js';
import type { AnyRecord } from '../../record/index.js';
import { endOnSignals } from '../conventions.js';
import { guarded } from '../guarded.js';
import { dumpChannel } from '../looking/dump.js';
import { type Channel, inspect, isChannel } from '../looking/inspect.js';
import { type Rates, Traffic } from '../looking/traffic.js';
import { parseCount, parseDataSize, parseInterval } from '../parse.js';
import { print, terminalWidth, toJson } from '../printing/report.js';
import { readKeys, Screen } from '../printing/screen.js';
import { escapeText } from '../printing/text.js';
import { fieldsOf } from '../records/json.js';
import { collect, recordsAs } from '../records/load.js';
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
  eshm stat robot --watch --as robot.mjs#Pose --as robot.mjs#Command
  eshm stat --id 12 --max-data-size 1000

The segment does not say how large a slot is. It is taken to be the default of 4096
bytes where the size fits, else the size whose counters make sense, else the largest
that fits. NOT READ counts messages that were overwritten or still wait.`;

/** `eshm stat`: everything about one channel. */
export function stat(program: Command): void {
  addTarget(program.command('stat').description('decode the header and both channels of one segment'))
    .option('-w, --watch', 'refresh until q or Ctrl-C')
    .option(
      '-i, --interval <ms>',
      'time over which rates are taken, and between refreshes',
      parseInterval,
      500,
    )
    .option('-c, --count <n>', 'refresh this often with --watch', parseCount)
    .option('--max-data-size <bytes>', 'bytes in one slot, where it is not the default', parseDataSize)
    .option('--as <file#record>', 'show messages of its size as this record; may be repeated', collect)
    .option('--json', 'an object; with --watch one on each line')
    .addHelpText('after', EXAMPLES)
    .action(guarded('look at the segment', run));
}

async function run(name: string | undefined, options: Options): Promise<void> {
  const target = new Target('stat', name, options);
  const records = await recordsAs(options.as);
  const source = new Source(target, options.maxDataSize, records);
  const first = await source.look();
  if (first === undefined) throw target.missing('stat');
  await sleep(options.interval);
  if (options.watch) return watch(source, options);
  const next = await source.look();
  // Gone within the interval: what was seen is better than nothing.
  const { channel, rates } = next ?? first;
  if (options.json) print(JSON.stringify({ ...toJson(channel), rates: rates ?? null }, null, 2));
  else
    print(
      ...dumpChannel(source.title, channel, rates, {
        width: terminalWidth(),
        rows: ROWS_ONCE,
        show: source.show,
      }),
    );
}

async function watch(source: Source, options: Options): Promise<void> {
  endOnSignals();
  const screen = process.stdout.isTTY && !options.json ? new Screen() : undefined;
  if (screen !== undefined) {
    readKeys((key) => {
      if (key === 'q') process.exit();
    });
  }
  for (let shown = 0; shown < (options.count ?? Number.POSITIVE_INFINITY); shown++) {
    if (shown > 0) await sleep(options.interval);
    const look = await source.look();
    if (options.json) {
      print(
        JSON.stringify(look ? { ...toJson(look.channel), rates: look.rates ?? null } : { state: 'gone' }),
      );
    } else if (screen === undefined) {
      print(...linesOf(source, look, Number.POSITIVE_INFINITY), '');
    } else {
      screen.paint(linesOf(source, look, screen.width));
    }
  }
  screen?.close();
  process.exit();
}

function linesOf(source: Source, look: Look | undefined, width: number): string[] {
  if (look === undefined) return [`${source.title}  gone`, 'The segment was removed; waiting for another.'];
  return dumpChannel(source.title, look.channel, look.rates, {
    width,
    rows: ROWS_WATCHING,
    show: source.show,
  });
}

interface Look {
  readonly channel: Channel;
  readonly rates: Rates | undefined;
}

/** Looks at one segment again and again; follows a name or key to a new segment. */
class Source {
  readonly title: string;
  readonly #target: Target;
  readonly #maxDataSize: number | undefined;
  #traffic = new Traffic();
  #id: number | undefined;

  /** A message as fields, where it is one of the records that the user named. */
  readonly show: (message: Uint8Array) => readonly string[] | undefined;

  constructor(target: Target, maxDataSize: number | undefined, records: readonly AnyRecord[]) {
    this.show = (message) => fieldsOf(message, records);
    this.#target = target;
    this.#maxDataSize = maxDataSize;
    this.title =
      target.name !== undefined
        ? escapeText(target.name)
        : target.id !== undefined
          ? `segment ${target.id}`
          : formatKey(target.key!);
  }

  /** @returns `undefined` when there is none now */
  async look(): Promise<Look | undefined> {
    const stat = this.#target.find();
    if (stat === undefined) return undefined;
    const [finding] = await inspect([stat], this.#maxDataSize);
    if (finding === undefined) return undefined;
    if (!isChannel(finding)) {
      throw new EshmError(
        'ESHM_SHM_ATTACH',
        `Cannot stat ${this.#target}: it is ${finding.state === 'foreign' ? 'not an ESHM segment' : 'unreadable'}, ${escapeText(finding.reason)}`,
      );
    }
    if (finding.stat.id !== this.#id) this.#traffic = new Traffic();
    this.#id = finding.stat.id;
    return { channel: finding, rates: this.#traffic.take(finding) };
  }
}
