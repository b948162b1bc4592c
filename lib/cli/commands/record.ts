import type { Command } from 'commander';
import type { RecordedState, Recorder, RecorderStats } from '../../recording/index.js';
import { guarded } from '../guarded.js';
import { parseCount, parseDataSize, parseDuration, parseSize } from '../parse.js';
import { formatBytes, formatCount, formatShort } from '../printing/format.js';
import { PROGRESS_MS, Progress } from '../printing/progress.js';
import { plural, print, printEvent } from '../printing/report.js';
import { escapeText } from '../printing/text.js';
import { collect, everyRecordAs } from '../records/load.js';
import { stopSignal } from '../stop.js';
import { errorInShellWords, type ShmOption, shmOption } from '../talking/open-options.js';

interface Options {
  readonly output: string;
  readonly as?: readonly string[];
  readonly items?: boolean;
  readonly duration?: number;
  readonly splitSize?: number;
  readonly splitDuration?: number;
  readonly keep?: number;
  readonly compress?: boolean;
  readonly overwrite?: boolean;
  readonly shm?: ShmOption;
  readonly maxDataSize?: number;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  eshm record robot -o robot.mcap                 both directions, until Ctrl-C
  eshm record robot arm -o cell.mcap --duration 60
  eshm record robot -o robot.mcap --as pose.mjs   with the fields of records as JSON, to be plotted
  eshm record robot -o box.mcap --split-duration 10m --keep 144
                                                  the last day, in files of ten minutes

Records by looking: no role, no count and no byte of a channel changes. A channel may come, go and
come back. The file is MCAP, for Foxglove, Rerun and ROS 2, and eshm replay. It is written once a
second: of a recorder that is killed it reads up to there. Needs the package @mcap/core:
npm install @mcap/core@2.2.2. Exit code 1: the file cannot be written.`;

/** `eshm record`: from channels to a file. */
export function record(program: Command): void {
  program
    .command('record')
    .description('record channels in an MCAP file')
    .argument('<names...>', 'channel names')
    .requiredOption('-o, --output <file>', 'the file; it must not be there')
    .option(
      '--as <file#record>',
      'messages of this size are this record of a module: its fields as JSON beside them; can be given again',
      collect,
    )
    .option('--items', "messages are items of 1.0's data handler: JSON beside them")
    .option('--duration <time>', 'end after so long: 90, 90s, 10m, 12h', parseDuration)
    .option('--split-size <bytes>', 'begin a new file before one has more: 512k, 100M, 2G', parseSize)
    .option('--split-duration <time>', 'begin a new file when one is so old', parseDuration)
    .option('--keep <n>', 'of files that are split, keep so many, the newest', parseCount)
    .option('--compress', 'with zstd, which Node has from 22.15 on')
    .option('--overwrite', 'replace a file that is there')
    .addOption(shmOption())
    .option('--max-data-size <bytes>', 'bytes in one slot (default: told from the memory)', parseDataSize)
    .option('--json', 'a line of JSON each second, and for each event')
    .addHelpText('after', EXAMPLES)
    .action(guarded('record', run));
}

async function run(names: string[], options: Options): Promise<void> {
  const signal = stopSignal();
  const records = await everyRecordAs(options.as);
  // Loaded here, because no other command needs it.
  const { recorder } = await import('../../recording/index.js');
  const recording = await recorder(names, {
    file: options.output,
    records,
    items: options.items,
    durationMs: options.duration,
    splitSize: options.splitSize,
    splitDurationMs: options.splitDuration,
    keep: options.keep,
    compress: options.compress,
    overwrite: options.overwrite,
    shm: options.shm,
    maxDataSize: options.maxDataSize,
    signal,
  }).catch((error) => {
    throw errorInShellWords(error);
  });
  const teller = options.json ? new JsonTeller(recording) : new TextTeller(recording);
  recording.on('file', (path) => teller.file(path));
  recording.on('state', (state) => teller.state(state));
  const timer = setInterval(() => teller.progress(), PROGRESS_MS);
  try {
    await recording.over();
  } catch (error) {
    teller.end();
    throw errorInShellWords(error);
  } finally {
    clearInterval(timer);
  }
  teller.end();
}

/** Messages per second between two looks. */
class Rate {
  #before = { messages: 0, durationMs: 0 };

  take({ messages, durationMs }: RecorderStats): number {
    const seconds = Math.max(1, durationMs - this.#before.durationMs) / 1000;
    const rate = (messages - this.#before.messages) / seconds;
    this.#before = { messages, durationMs };
    return rate;
  }
}

/** For people: a line that is written anew each second on a terminal, and lines that stay. */
class TextTeller {
  readonly #recorder: Recorder;
  readonly #progress = new Progress();
  readonly #rate = new Rate();

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
    for (const name of recorder.names)
      if (!recorder.isThere(name)) this.#say(`${escapeText(name)}: not there yet, waiting for it`);
  }

  file(path: string): void {
    this.#say(`recording to ${escapeText(path)}`);
  }

  state({ event, name, role, generation, reason }: RecordedState): void {
    if (reason !== undefined) {
      this.#say(`${escapeText(name)}: ${event}: ${escapeText(reason)}`);
      return;
    }
    const whose = role === undefined ? '' : ` (${role})`;
    const which = generation === undefined || event === 'stale' ? '' : `, generation ${generation}`;
    this.#say(`${escapeText(name)}: ${event}${whose}${which}`);
  }

  progress(): void {
    const stats = this.#recorder.stats();
    const rate = this.#rate.take(stats);
    if (this.#progress.isShowing)
      this.#progress.show(
        `${clock(stats.durationMs)}  ${summary(stats)}  ${formatShort(Math.round(rate))}/s`,
      );
  }

  end(): void {
    const stats = this.#recorder.stats();
    const files = stats.files === 1 ? '' : `, ${plural(stats.files, 'file')}`;
    this.#say(`${summary(stats)} in ${(stats.durationMs / 1000).toFixed(1)} s${files}`);
  }

  #say(line: string): void {
    this.#progress.clear();
    print(line);
  }
}

function summary({ messages, missed, size }: RecorderStats): string {
  return `${plural(messages, 'message')}, ${formatCount(missed)} missed, ${formatBytes(size)}`;
}

/** `0:01:05`. */
function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number) => `${value}`.padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** For scripts. */
class JsonTeller {
  readonly #recorder: Recorder;
  readonly #rate = new Rate();

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  file(path: string): void {
    printEvent('file', { file: path });
  }

  state({ event, at, ...state }: RecordedState): void {
    printEvent(event, { ...state, at: `${at}` });
  }

  progress(): void {
    printEvent('progress', this.#figures());
  }

  end(): void {
    printEvent('end', this.#figures());
  }

  #figures(): object {
    const stats = this.#recorder.stats();
    const rate = Math.round(this.#rate.take(stats) * 10) / 10;
    return { ...stats, durationMs: Math.round(stats.durationMs), rate };
  }
}
