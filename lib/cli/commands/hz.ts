import { type Command, Option } from 'commander';
import { Eshm, type Observer } from '../../index.js';
import { guarded } from '../guarded.js';
import { Meter } from '../hz/meter.js';
import { jsonOf, jsonWithSpread, type Measured, plainLine, report } from '../hz/report.js';
import { stateOf } from '../looking/observed.js';
import { didYouMean } from '../looking/similar.js';
import { parseDataSize, parseDuration, parseInterval } from '../parse.js';
import { Progress } from '../printing/progress.js';
import { print, printEvent, terminalWidth, warn } from '../printing/report.js';
import { escapeText } from '../printing/text.js';
import { LONGEST_TIMER_MS, stopSignal } from '../stop.js';
import { errorInShellWords, inShellWords, type ShmOption, shmOption } from '../talking/open-options.js';

interface Options {
  readonly window: number;
  readonly duration?: number;
  readonly interval: number;
  readonly json?: boolean;
  readonly shm?: ShmOption;
  readonly maxDataSize?: number;
}

/** Slices of a window at most: more cost memory and show nothing. */
const MAX_SLICES = 3600;

const DIRECTIONS = ['m2s', 's2m'] as const;

const EXAMPLES = `
Examples:
  eshm hz robot                       both directions over the last 10 s, until Ctrl-C
  eshm hz robot arm --window 60
  eshm hz robot --duration 30 --json  a line of JSON each second, and one at the end

It looks: no role is taken, nothing is counted as read. RATE/s and MEAN count every message that
was written; MIN, MAX and STD DEV are periods between messages of which none was missed, by when
they were seen. READ is how much of it the other side has read. At the end stands what holds for
the whole time. Exit code 1: --duration is over and there was no message.`;

/** `eshm hz`: how often messages come. */
export function hz(program: Command): void {
  program
    .command('hz')
    .description('measure rate and period of the messages of channels')
    .argument('<names...>', 'channel names')
    .addOption(
      new Option('-w, --window <time>', 'measure over the last 10s, 1m, 1h')
        .argParser(parseDuration)
        .default(10_000, '10s'),
    )
    .option('--duration <time>', 'end after so long: 90, 90s, 10m, 12h', parseDuration)
    .option('-i, --interval <ms>', 'time between two lines', parseInterval, 1000)
    .option('--json', 'a line of JSON at each interval, and at the end')
    .addOption(shmOption())
    .option('--max-data-size <bytes>', 'bytes in one slot (default: told from the memory)', parseDataSize)
    .addHelpText('after', EXAMPLES)
    .action(guarded('measure', run));
}

async function run(names: string[], options: Options): Promise<void> {
  const signal = stopSignal();
  const slices = Math.round(options.window / options.interval);
  if (slices < 1 || slices > MAX_SLICES) {
    throw new RangeError(
      `Cannot measure: --window is ${options.window} ms, expected 1 to ${MAX_SLICES} times --interval, which is ${options.interval} ms`,
    );
  }
  const observer = observe(names, options);
  const meters = observer.names.flatMap((name) =>
    DIRECTIONS.map((direction) => new Meter(name, direction, slices)),
  );
  const measure = (of: 'window' | 'whole'): Measured[] => {
    const now = observer.now();
    return meters.map((meter) => {
      const lastMs = meter.lastAt === undefined ? undefined : Number(now - meter.lastAt) / 1e6;
      return { meter, slice: meter[of], lastMs };
    });
  };
  const look = () => {
    for (const meter of meters) meter.look(stateOf(observer, meter.name));
  };
  const teller = options.json ? new JsonTeller(slices * options.interval) : new TextTeller();
  const end = () => observer.close();
  signal.addEventListener('abort', end);
  const startMs = performance.now();
  const ending = options.duration && setTimeout(end, Math.min(options.duration, LONGEST_TIMER_MS));
  look();
  const ticking = setInterval(() => {
    look();
    teller.show(measure('window'));
    for (const meter of meters) meter.turn();
  }, options.interval);
  const meterOf = new Map(meters.map((meter) => [`${meter.name}\0${meter.direction}`, meter]));
  try {
    for await (const message of observer) meterOf.get(`${message.name}\0${message.direction}`)!.take(message);
  } finally {
    clearInterval(ticking);
    clearTimeout(ending);
  }
  const whole = measure('whole');
  teller.end(whole, performance.now() - startMs);
  if (signal.aborted) process.exitCode = 130;
  else if (whole.every(({ slice }) => slice.periods.messages === 0)) {
    const seconds = options.duration! / 1000;
    warn(
      `no message of ${observer.names.map(escapeText).join(', ')} within ${seconds} s, in either direction; \`eshm ls\` shows which channels there are`,
    );
    process.exitCode = 1;
  }
}

/** Begins to observe, and says what there is to say of it beside figures. */
function observe(names: readonly string[], { shm, maxDataSize }: Options): Observer {
  let observer: Observer;
  try {
    observer = Eshm.observe(names, { shm, maxDataSize });
  } catch (error) {
    throw errorInShellWords(error);
  }
  observer.on('unreadable', (_what, error) => warn(inShellWords(error.message)));
  for (const name of observer.names) {
    if (stateOf(observer, name) !== null) continue;
    warn(`${escapeText(name)}: not there yet, waiting for it${didYouMean(name)}`);
  }
  return observer;
}

/** For people: a table that is written anew on a terminal, lines elsewhere. */
class TextTeller {
  readonly #progress = new Progress();

  show(all: readonly Measured[]): void {
    if (this.#progress.isShowing) {
      this.#progress.show(...report(all, terminalWidth() - 1));
      return;
    }
    const at = new Date().toISOString();
    const heard = all.filter(({ lastMs }) => lastMs !== undefined);
    print(...heard.map((measured) => `${at} ${plainLine(measured)}`));
  }

  end(all: readonly Measured[], durationMs: number): void {
    this.#progress.clear();
    print(`over ${(durationMs / 1000).toFixed(1)} s`, ...report(all, terminalWidth()));
  }
}

/** For scripts. */
class JsonTeller {
  readonly #windowMs: number;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  show(all: readonly Measured[]): void {
    printEvent('window', { windowMs: this.#windowMs, directions: all.map(jsonOf) });
  }

  end(all: readonly Measured[], durationMs: number): void {
    printEvent('end', { durationMs: Math.round(durationMs), directions: all.map(jsonWithSpread) });
  }
}
