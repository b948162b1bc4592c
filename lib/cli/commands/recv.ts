import { type Command, Option } from 'commander';
import { isCorrupt } from '../../errors.js';
import { type Eshm, EshmError } from '../../index.js';
import { endOnSignals } from '../conventions.js';
import { guarded } from '../guarded.js';
import { parseCount, parseMs } from '../parse.js';
import { overwritten, plural, warn } from '../printing/report.js';
import { Troubles } from '../printing/troubles.js';
import { type Declared, declared } from '../records/by-size.js';
import { collect, everyRecordAs, recordsAs } from '../records/load.js';
import { announced, waitingWith } from '../talking/announced.js';
import { DEFAULT_CONNECT_MS, join } from '../talking/join.js';
import { lossLimitMs, SlaveLoss } from '../talking/loss.js';
import { addOpenOptions, type OpenFlags } from '../talking/open-options.js';
import { overhear } from '../talking/overhear.js';
import { Pause } from '../talking/pause.js';
import { type ShowFlags, show } from '../talking/shown.js';

interface Options extends OpenFlags, ShowFlags {
  readonly as?: readonly string[];
  readonly observe?: boolean;
  readonly direction?: 'm2s' | 's2m';
  readonly follow?: boolean;
  readonly count?: number;
  readonly timeout?: number;
}

const EXAMPLES = `
Examples:
  eshm recv robot                         a line per message, until the other side leaves
  eshm recv robot --count 1 --timeout 500 one message, or exit code 1
  eshm recv robot --follow                stays when the other side leaves or is restarted
  eshm recv robot --raw > image           the bytes and nothing else
  eshm recv robot --as pose.mjs#Pose      records: a line of JSON per message
  eshm recv robot --items --json          items of 1.0's data handler, likewise
  eshm recv robot --observe               what goes either way, without being the slave
  eshm recv robot --observe --as pose.mjs the records of a module, told apart by size
  eshm recv robot --direction s2m         looking on, what the slave writes only

One NUL at the end of a message (C++ programs send it) is left out. On a terminal,
characters that would drive it are shown as escapes. Messages that are damaged or no such record are
told once, then counted. Exit code 1: nobody came, no message
within --timeout, the other side died and none came in its place within --reconnect-wait,
or it left before --count messages.

With --observe no role is taken and nothing is counted as read; it ends when the channel is removed.
Of both directions each line begins with M>S or S>M; JSON is {"direction", "message"}.`;

/** Options of an end of a channel, which an observer is not. */
const ENDS = ['role', 'staleThreshold', 'mode', 'ownerOnly', 'force', 'reconnectWait'] as const;

/** `eshm recv`: from a channel to the shell. */
export function recv(program: Command): void {
  const command = program
    .command('recv')
    .description('print the messages of a channel, a line each')
    .argument('<name>', 'channel name')
    .addOption(new Option('--raw', 'the bytes as they are, no line ends').conflicts(['as', 'items', 'json']))
    .option(
      '--as <file#record>',
      'messages are this record of a module: a line of JSON each; with --observe it can be given again, or be a whole module: the record is that of the size',
      collect,
    )
    .addOption(
      new Option('--items', "messages are items of 1.0's data handler: a table of each").conflicts('as'),
    )
    .option('--json', 'items as a line of JSON of each, as records of --as are in any case')
    .option('-c, --count <n>', 'leave after this many messages', parseCount)
    .option(
      '--timeout <ms>',
      `longest wait for the other side to come and for each message (default: ${DEFAULT_CONNECT_MS} for a master to come, else no limit)`,
      parseMs,
    )
    .addOption(
      new Option('--observe', 'look on: both directions, without being anybody on the channel').conflicts([
        ...ENDS,
      ]),
    )
    .addOption(
      new Option('--direction <way>', 'look on, at what the master writes, or what the slave does')
        .choices(['m2s', 's2m'])
        .conflicts([...ENDS]),
    )
    .addOption(
      new Option('-f, --follow', 'wait for the next one when the other side leaves').conflicts(
        'reconnectWait',
      ),
    );
  addOpenOptions(command, 'slave').addHelpText('after', EXAMPLES).action(guarded('receive', run));
}

async function run(name: string, given: Options, command: Command): Promise<void> {
  endOnSignals();
  const options = withImplied(given);
  const { follow, count = Number.POSITIVE_INFINITY } = options;
  const as = await declaredBy(options);
  if (options.observe) {
    if (options.raw && options.direction === undefined) {
      throw new RangeError(
        'Cannot receive: --raw of both directions cannot be told apart, expected --direction m2s or s2m',
      );
    }
    const isGiven = command.getOptionValueSource('maxDataSize') !== 'default';
    await overhear(name, { ...options, maxDataSize: isGiven ? options.maxDataSize : undefined }, as);
    return;
  }
  const endless = follow ? ({ reconnect: 'forever' } as const) : {};
  const endpoint = await join(name, options, options.timeout, endless, true);
  const waitMs = follow ? 0 : options.reconnectWait;
  const loss = new SlaveLoss(endpoint, waitMs);
  const limitMs = lossLimitMs(waitMs, options.timeout);
  const tally: Tally = { lost: 0, damaged: 0, troubles: new Troubles() };
  process.on('exit', () => {
    const { lost, troubles } = tally;
    troubles.end();
    if (lost > 0) warn(`${overwritten(lost, 'read')}; eshm send --ack waits`);
  });
  try {
    for (let received = 0; received < count; received++) {
      const message = await announced(next(endpoint, loss, tally, options, as), options, () =>
        silenceOf(endpoint, received, tally, limitMs),
      );
      if (message === undefined) {
        if (options.count !== undefined) throw leftEarly(endpoint, received, options.count);
        return;
      }
      // Those that were damaged have had a line of their own; after a reconnection they are not counted as missed.
      tally.lost += Math.max(0, endpoint.missed - tally.damaged);
      tally.damaged = 0;
      process.stdout.write(message);
    }
  } finally {
    endpoint.close();
  }
}

/** With what follows from others. Were it implied, a conflict would name an option that nobody has given. */
function withImplied(given: Options): Options {
  const { as, json = false, direction } = given;
  const { items = json && as === undefined, observe = direction !== undefined } = given;
  return { ...given, items, observe };
}

/** What `--as` says. An end reads one record; who looks on meets those of both directions. */
async function declaredBy({ as, observe }: Options): Promise<Declared | undefined> {
  if (observe) return declared(await everyRecordAs(as));
  if (as !== undefined && as.length > 1) {
    throw new RangeError(
      `Cannot receive: --as is given ${as.length} times, expected once, or with --observe`,
    );
  }
  return declared(await recordsAs(as));
}

/** That messages came and none could be read; `undefined` where none came. */
function unreadable(damaged: number, end = ''): string | undefined {
  return damaged === 0 ? undefined : `${plural(damaged, 'message')} came and none could be read${end}`;
}

/** What is to be said of a wait: of that for the first message, and while the other side is lost. */
function silenceOf(
  endpoint: Eshm,
  received: number,
  { damaged }: Tally,
  lossMs: number | undefined,
): string | undefined {
  if (received > 0 && endpoint.state === 'connected') return undefined;
  return waitingWith(endpoint, unreadable(damaged) ?? 'it has written nothing yet that was not read', lossMs);
}

/** What did not come through. */
interface Tally {
  /** Messages that were overwritten unread. */
  lost: number;
  /** Messages that no read could take, since the last one that came through. */
  damaged: number;
  readonly troubles: Troubles;
}

/**
 * Waits for a message.
 *
 * @returns `undefined` when the other side has left in good order and everything it wrote was read
 * @throws {EshmError} ESHM_TIMEOUT, also when the slave died and none came after it; ESHM_MASTER_STALE when it was the
 * master
 */
async function next(
  endpoint: Eshm,
  loss: SlaveLoss,
  tally: Tally,
  options: Options,
  as: Declared | undefined,
): Promise<Uint8Array | string | undefined> {
  const { timeout, follow } = options;
  const pause = new Pause();
  for (;;) {
    // Looked at before the slot: what it wrote last, it wrote before it left.
    const left = !follow && hasLeft(endpoint);
    const message = take(endpoint, tally, (bytes) => show(bytes, options, as));
    if (message !== undefined) return message;
    if (left) return undefined;
    if (loss.look()) throw slaveDied(endpoint, loss);
    if (pause.silentMs >= (timeout ?? Number.POSITIVE_INFINITY)) {
      throw new EshmError(
        'ESHM_TIMEOUT',
        `Cannot receive from '${endpoint.name}': ${unreadable(tally.damaged, ',') ?? 'no message'} within ${timeout} ms`,
      );
    }
    await pause.rest();
  }
}

/** The newest message; a damaged one is told and skipped. */
function take<T>(endpoint: Eshm, tally: Tally, shown: (bytes: Buffer) => T): T | undefined {
  try {
    const bytes = endpoint.tryRead();
    return bytes === undefined ? undefined : shown(bytes);
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    tally.damaged++;
    tally.troubles.tell(error.message);
    return undefined;
  }
}

/** Whether the other side's flag is clear: it left in good order, and was there when this end joined. */
function hasLeft(endpoint: Eshm): boolean {
  const { masterAlive, slaveAlive } = endpoint.stats();
  return endpoint.role === 'slave' ? !masterAlive : !slaveAlive;
}

function slaveDied({ name }: Eshm, { waitMs }: SlaveLoss): EshmError {
  return new EshmError(
    'ESHM_TIMEOUT',
    `Cannot receive from '${name}': its slave beats no more and has not said that it left, and none came in its place within ${waitMs} ms; start one, or wait for ever with --follow`,
  );
}

function leftEarly(endpoint: Eshm, received: number, count: number): EshmError {
  const other = endpoint.role === 'slave' ? 'master' : 'slave';
  return new EshmError(
    'ESHM_NO_DATA',
    `Cannot receive from '${endpoint.name}': the ${other} left after ${received} messages, expected ${count}`,
  );
}
