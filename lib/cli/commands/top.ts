import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import type { AnyRecord } from '../../record/index.js';
import type { ShmKind } from '../../store/index.js';
import { endOnSignals } from '../conventions.js';
import { guarded } from '../guarded.js';
import { itemFields } from '../items/show.js';
import type { Side } from '../looking/inspect.js';
import { lookAtNames, type Named, namedLine } from '../looking/named.js';
import { ORDERS, type OrderKey, Roster, type Row, sortRows } from '../looking/roster.js';
import { parseCount, parseInterval } from '../parse.js';
import { coloursFor, paintState } from '../printing/colour.js';
import { formatShort, WAYS } from '../printing/format.js';
import { NOTHING, plural, print, showSide } from '../printing/report.js';
import { Screen } from '../printing/screen.js';
import { sparkline } from '../printing/spark.js';
import { type Column, clip, renderTable } from '../printing/table.js';
import { fieldsOf } from '../records/json.js';
import { collect, recordsToTellApart } from '../records/load.js';
import { shmFilter } from '../target.js';

interface Options {
  readonly interval: number;
  readonly count?: number;
  readonly sort: keyof typeof KEY_OF;
  readonly as?: readonly string[];
  readonly shm?: ShmKind;
}

/** Words of `--sort`. */
const KEY_OF = { rate: 'r', key: 'k', state: 's', missed: 'm', age: 'a' } as const;

const SPARK_WIDTH = 10;

const EXAMPLES = `
Examples:
  eshm top
  eshm top robot camera          these two, by name: a segment knows only its key
  eshm top --interval 200
  eshm top robot --as robot.mjs#Pose
  eshm top | tee log             plain lines where output is no terminal

Keys: r k s m a sort by rate, key, state, missed, age; q quits. M>S/s and S>M/s are
messages per second; LOST/s those that were overwritten before a reader that is there
took them, - where nobody reads. Rates are taken over --interval, so the first line comes
after one. BEAT is beats per second of master and slave, about 1000 when all is well. Items of
1.0's data handler are shown below the table.`;

/** `eshm top`: all channels, live. */
export function top(program: Command): void {
  program
    .command('top')
    .description('watch all channels, or some: rates, missed messages, heartbeats')
    .argument('[names...]', 'these only')
    .addOption(shmFilter('channels in one kind of memory only'))
    .option('-i, --interval <ms>', 'time between two looks', parseInterval, 1000)
    .option('-c, --count <n>', 'end after this many looks', parseCount)
    .addOption(new Option('--sort <order>', 'first order').choices(Object.keys(KEY_OF)).default('rate'))
    .option(
      '--as <file#record>',
      'show messages of its size as this record, or those of a module; may be repeated',
      collect,
    )
    .addHelpText('after', EXAMPLES)
    .action(guarded('list segments', run));
}

async function run(names: string[], options: Options): Promise<void> {
  endOnSignals();
  const records = await recordsToTellApart(options.as);
  const roster = new Roster(names, options.shm, names.length > 0);
  const missing = (await lookAtNames(names, options.shm)).filter((named) => named.missing !== undefined);
  const what = names.length > 0 ? 'No segment or file of these names.' : NOTHING;
  const view = process.stdout.isTTY
    ? new LiveView(options, records, missing, what)
    : new PlainView(KEY_OF[options.sort], records, missing, what);
  try {
    // What changes between two looks is what there is to tell. On a screen the rest is worth seeing at once.
    const first = await roster.look();
    if (view instanceof LiveView) view.show(first);
    await sleep(options.interval);
    for (let looks = 0; looks < (options.count ?? Number.POSITIVE_INFINITY); looks++) {
      if (looks > 0) await sleep(options.interval);
      view.show(await roster.look());
    }
  } finally {
    view.close();
  }
  process.exit();
}

/** A view that a person reads. */
class LiveView {
  readonly #screen: Screen;
  readonly #intervalMs: number;
  #order: OrderKey;
  #rows: readonly Row[] = [];
  readonly #records: readonly AnyRecord[];
  readonly #missing: readonly Named[];
  readonly #nothing: string;

  /**
   * @param missing - names of which there was nothing at the start
   * @param nothing - what is said where no row is there
   */
  constructor(
    { interval, sort }: Options,
    records: readonly AnyRecord[],
    missing: readonly Named[],
    nothing: string,
  ) {
    this.#nothing = nothing;
    this.#records = records;
    this.#missing = missing;
    this.#intervalMs = interval;
    this.#order = KEY_OF[sort];
    this.#screen = new Screen((key) => {
      if (key === 'q') process.exit();
      if (!(key in ORDERS)) return;
      this.#order = key as OrderKey;
      this.show(this.#rows);
    });
  }

  show(rows: readonly Row[]): void {
    this.#rows = rows;
    const { width } = this.#screen;
    const colours = coloursFor(process.stdout);
    const count = (state: Row['state']) => rows.filter((row) => row.state === state).length;
    const summary = `eshm top: ${plural(rows.length, 'channel')}, ${count('live')} live, ${count('stale')} stale`;
    const table =
      rows.length === 0
        ? [this.#nothing]
        : renderTable(COLUMNS, sortRows(rows, this.#order), width, (text, { state }, { title }) =>
            title === 'STATE' ? paintState(text, state) : state === 'gone' ? colours.dim(text) : text,
          );
    this.#screen.paint([
      colours.bold(`${summary}, every ${this.#intervalMs} ms`),
      colours.dim(`sort: ${ORDERS[this.#order].title} (r k s m a)  q quits`),
      ...this.#missing
        .filter(({ name }) => !rows.some(({ label }) => label === name))
        .map((named) => clip(namedLine(named), width)),
      '',
      ...table,
      ...sortRows(rows, this.#order)
        .flatMap((row) => recordLines(row, this.#records))
        .map((line) => clip(line, width)),
    ]);
  }

  close(): void {
    this.#screen.close();
  }
}

/** A line per channel and look, for a pipe or a file. */
class PlainView {
  readonly #order: OrderKey;

  readonly #records: readonly AnyRecord[];
  readonly #nothing: string;

  constructor(order: OrderKey, records: readonly AnyRecord[], missing: readonly Named[], nothing: string) {
    this.#nothing = nothing.replace(/^N(.*)\.$/, 'n$1');
    this.#order = order;
    this.#records = records;
    for (const named of missing) process.stderr.write(`eshm: ${namedLine(named)}\n`);
  }

  show(rows: readonly Row[]): void {
    const at = new Date().toISOString();
    if (rows.length === 0) print(`${at} ${this.#nothing}`);
    for (const row of sortRows(rows, this.#order)) {
      const { masterPid, slavePid } = row.channel.content.header;
      print(
        `${at} ${row.label} shm=${row.channel.stat.shm} id=${row.channel.stat.id} state=${row.state} master=${masterPid} slave=${slavePid} ` +
          `m2s/s=${exact(row.rates?.m2sWrites)} s2m/s=${exact(row.rates?.s2mWrites)} lost/s=${exact(row.rates?.missed)} ` +
          `beats/s=${exact(row.rates?.masterBeats)},${exact(row.rates?.slaveBeats)}`,
        ...recordLines(row, this.#records),
      );
    }
  }

  close(): void {}
}

/** The newest messages of a channel that are one of `records`, or items, a line each way. */
function recordLines({ label, channel, state }: Row, records: readonly AnyRecord[]): string[] {
  if (state === 'gone') return [];
  const { masterToSlave, slaveToMaster } = channel.content;
  return (
    [
      [WAYS.m2s, masterToSlave],
      [WAYS.s2m, slaveToMaster],
    ] as const
  ).flatMap(([way, { data }]) => {
    const fields = fieldsOf(data, records) ?? itemFields(data);
    return fields === undefined ? [] : [`  ${label} ${way} ${fields.join(' ')}`];
  });
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'CHANNEL', show: ({ label }) => label, maxWidth: 16 },
  { title: 'SHM', show: ({ channel }) => channel.stat.shm, rank: 7 },
  { title: 'STATE', show: ({ state }) => state },
  {
    title: 'MASTER',
    show: ({ channel }) => showSide(channel.master),
    brief: ({ channel }) => processOf(channel.master),
    rank: 4,
  },
  {
    title: 'SLAVE',
    show: ({ channel }) => showSide(channel.slave),
    brief: ({ channel }) => processOf(channel.slave),
    rank: 4,
  },
  { title: 'M>S/s', show: ({ rates }) => short(rates?.m2sWrites), align: 'right', rank: 1 },
  { title: 'S>M/s', show: ({ rates }) => short(rates?.s2mWrites), align: 'right', rank: 1 },
  { title: 'LOST/s', show: ({ rates }) => short(rates?.missed), align: 'right', rank: 2 },
  {
    title: 'BEAT',
    // As wide as two healthy hearts, or the table would jump between 999 and 1000.
    show: ({ rates }) => `${rounded(rates?.masterBeats)}/${rounded(rates?.slaveBeats)}`.padStart(9),
    align: 'right',
    rank: 6,
  },
  { title: 'RATE', show: ({ history }) => sparkline(history, SPARK_WIDTH).padStart(SPARK_WIDTH), rank: 5 },
];

/** The process without its id, which `eshm ls` shows; short enough that all columns fit into 80. */
function processOf({ pid, process: name }: Side): string {
  return pid === 0 ? '-' : clip(name ?? '(gone)', 11);
}

function short(rate: number | undefined): string {
  return rate === undefined ? '-' : formatShort(rate >= 100 ? Math.round(rate) : Math.round(rate * 10) / 10);
}

function rounded(rate: number | undefined): string {
  return rate === undefined ? '-' : `${Math.round(rate)}`;
}

function exact(rate: number | undefined): string {
  return rate === undefined ? '-' : rate.toFixed(1);
}
