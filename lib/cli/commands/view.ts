import { once } from 'node:events';
import { hostname } from 'node:os';
import type { Command } from 'commander';
import { openRecording } from '../../recording/index.js';
import type { ShmKind } from '../../store/index.js';
import { endOnSignals } from '../conventions.js';
import { guarded } from '../guarded.js';
import { parseInterval, parsePort } from '../parse.js';
import { print, warn } from '../printing/report.js';
import { escapeText } from '../printing/text.js';
import { collect, everyRecordAs } from '../records/load.js';
import { shmFilter } from '../target.js';
import { packageVersion } from '../version.js';
import { Assets } from '../view/assets.js';
import { decoder } from '../view/fields.js';
import { Guard, isLoopback } from '../view/guard.js';
import { listen } from '../view/listen.js';
import { Live } from '../view/live.js';
import { RecordedView } from '../view/recorded-view.js';
import { createViewServer, type Served } from '../view/server.js';

interface Options {
  readonly as?: readonly string[];
  readonly items?: boolean;
  readonly interval: number;
  readonly port?: number;
  readonly host: string;
  readonly shm?: ShmKind;
}

const DEFAULT_PORT = 8765;

const EXAMPLES = `
Examples:
  eshm view                               http://127.0.0.1:8765/ until Ctrl-C
  eshm view robot camera                  these two by name: a segment knows only its key
  eshm view robot --as robot.mjs          messages as the records that a module exports
  eshm view black-box.mcap                a recording
  eshm view --port 9000 --host 10.0.0.7   for others on that network: whoever reaches it sees all

The page shows every channel of this machine: who is there, rates, missed messages, and of
a chosen one its fields as numbers and as charts. Items and JSON are read by themselves,
records with --as; what else there is, is shown as bytes. It only looks: read-only, without
a role, nothing is counted or written. Names are labels and choose nothing: all channels are
shown, and a name that nobody has created is shown once somebody creates it.`;

/** `eshm view`: the machine's channels as a page. */
export function view(program: Command): void {
  program
    .command('view')
    .description('show all channels on a web page: a live table, fields, charts')
    .argument(
      '[names...]',
      'names to show in the place of their keys, of those that there are; or the files of a recording',
    )
    .option('--as <file[#record]>', 'show messages of their size as these records; may be repeated', collect)
    .option('--items', 'show messages as items or as bytes, whatever else they look like')
    .addOption(shmFilter('channels in one kind of memory only'))
    .option('-i, --interval <ms>', 'time between two looks at all channels', parseInterval, 500)
    .option(
      '-p, --port <port>',
      `port to listen on (default: ${DEFAULT_PORT}, or the next that is free)`,
      parsePort,
    )
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .addHelpText('after', EXAMPLES)
    .action(guarded('show the page', run));
}

async function run(names: string[], options: Options): Promise<void> {
  const files = names.filter((name) => name.endsWith('.mcap'));
  if (files.length > 0 && files.length < names.length) {
    throw new RangeError('Cannot show the page: expected names of channels or .mcap files, not both');
  }
  const served = await (files.length > 0 ? recorded(files, options) : machine(names, options));
  const { host, port } = options;
  const server = createViewServer(new Assets(), new Guard(host), served);
  const url = await listen(server, host, port ?? DEFAULT_PORT, port !== undefined);
  endOnSignals();
  if (!isLoopback(host)) {
    warn(`${host} is reached from other machines: whoever reaches it sees every message, without a password`);
  }
  print(url);
  // A command that has loaded a module of the user's ends the process when it is over.
  await once(server, 'close');
}

/** The channels of this machine as they are. */
async function machine(names: string[], options: Options): Promise<Served> {
  const decode = decoder(await everyRecordAs(options.as), options.items);
  const live = new Live({ names, shm: options.shm, decode, intervalMs: options.interval });
  return { about: { mode: 'live', host: escapeText(hostname()), version: packageVersion() }, live };
}

/** What was recorded; several files are parts of one recording. */
async function recorded(files: readonly string[], options: Options): Promise<Served> {
  const recording = await openRecording(files);
  const view = new RecordedView(recording, decoder(await everyRecordAs(options.as), options.items));
  return { about: view.about(packageVersion()), recording: view };
}
