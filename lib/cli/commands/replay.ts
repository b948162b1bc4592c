import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { Replay, ReplayRole, ReplayStats } from '../../recording/index.js';
import { guarded } from '../guarded.js';
import { parseCount, parseDataSize, parseMoment, parseMs, parsePeriod, parseSpeed } from '../parse.js';
import { formatCount } from '../printing/format.js';
import { PROGRESS_MS, Progress } from '../printing/progress.js';
import { plural, print, printEvent } from '../printing/report.js';
import { escapeText } from '../printing/text.js';
import { stopSignal } from '../stop.js';
import { errorInShellWords, type ShmOption, shmOption } from '../talking/open-options.js';
import { shellWord } from '../target.js';

interface Options {
  readonly role: ReplayRole;
  readonly speed?: number;
  readonly loop?: number | true;
  readonly from?: number | bigint;
  readonly to?: number | bigint;
  readonly waitForPeer?: boolean;
  readonly ack?: boolean;
  readonly timeout?: number;
  readonly resend?: number;
  readonly shm?: ShmOption;
  readonly maxDataSize?: number;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  eshm replay robot.mcap                        as the master: what went to the slave, in its time
  eshm replay robot.mcap --role slave           as the slave: what went to the master
  eshm replay cell.mcap robot=robot-test        this channel only, under another name
  eshm replay box-*.mcap --from 2m --to 2m30s   half a minute of a recording in many files
  eshm replay robot.mcap --wait-for-peer --ack  each message when the one before was read

Several channels are played on one clock. At the end it says how many messages came late, and
by how much. Exit code 1: a message was not read within --timeout, no master came, or the
recording is damaged. Needs the package @mcap/core: npm install @mcap/core@2.2.2.`;

/** `eshm replay`: from a file to channels. */
export function replay(program: Command): void {
  program
    .command('replay')
    .description('play a recording: write its messages with the timing they had')
    .argument('<file...>', 'files of one recording, and channels: NAME, or NAME=NEWNAME (default: all)')
    .addOption(
      new Option('--role <role>', 'which end to be').choices(['master', 'slave', 'both']).default('master'),
    )
    .option('--speed <factor>', 'how many times as fast; max: no pauses', parseSpeed)
    .option('--loop [n]', 'play it n times; without a number until Ctrl-C', parseCount)
    .option('--from <time>', 'begin here: 12.5, 2m, or a date', parseMoment)
    .option('--to <time>', 'end here', parseMoment)
    .option('--wait-for-peer', 'begin when the other side of every channel is there')
    .option('--ack', 'write each message when the one before was read')
    .option(
      '--timeout <ms>',
      'longest wait for a master, and with --ack for a reader (default: 5000)',
      parseMs,
    )
    .option('--resend <ms>', 'with --ack: write again until it was read, for older C++ peers', parsePeriod)
    .addOption(shmOption())
    .option('--max-data-size <bytes>', 'bytes in one slot (default: as recorded)', parseDataSize)
    .option('--json', 'a line of JSON each second, and at the end')
    .addHelpText('after', EXAMPLES)
    .action(guarded('replay', run));
}

async function run(args: string[], options: Options): Promise<void> {
  const signal = stopSignal();
  const { files, names } = planOf(args);
  const { loop, timeout } = options;
  // Loaded here, because no other command needs it.
  const { replay: start } = await import('../../recording/index.js');
  const say = options.json ? printEvent : sayText;
  const progress = new Progress();
  let playing: Replay | undefined;
  const timer = setInterval(() => {
    if (playing === undefined) return;
    if (options.json) printEvent('progress', playing.stats());
    else progress.show(line(playing.stats()));
  }, PROGRESS_MS);
  try {
    playing = await start(files, {
      names,
      role: options.role,
      speed: options.speed,
      loop: loop === true ? Number.POSITIVE_INFINITY : loop,
      from: options.from,
      to: options.to,
      waitForPeer: options.waitForPeer,
      ack: options.ack,
      ackTimeoutMs: timeout,
      resendMs: options.resend,
      timeoutMs: timeout,
      shm: options.shm,
      maxDataSize: options.maxDataSize,
      signal,
    });
    for (const path of playing.cutFiles) {
      progress.clear();
      process.stderr.write(
        `eshm: ${escapeText(path)} was cut off: it is played up to its last whole chunk\n`,
      );
    }
    await playing.over();
  } catch (error) {
    if (!signal.aborted) throw explained(error, names);
  } finally {
    clearInterval(timer);
    progress.clear();
  }
  if (playing !== undefined) say('end', playing.stats());
  if (signal.aborted) process.exitCode = 130;
}

/** In the words of the command line: it takes nobody's place, and can play under another name. */
function explained(error: unknown, names: Record<string, string> | undefined): unknown {
  const told = errorInShellWords(error);
  if (!(told instanceof Error)) return told;
  const target = /^Cannot open '(.*?)' as /s.exec(told.message)?.[1];
  if (target === undefined) return told;
  const name = Object.entries(names ?? {}).find(([, to]) => to === target)?.[0] ?? target;
  const otherName = `play it under another name: ${shellWord(`${name}=NEWNAME`)}`;
  const message = told.message.replace(
    /(?:or take its place|choose another name, or replace it) with --force$/,
    (advice) => (advice.startsWith('or') ? `or ${otherName}` : otherName),
  );
  return Object.assign(told, { message });
}

/** Which of the arguments are files, and which channels. */
function planOf(args: readonly string[]): { files: string[]; names: Record<string, string> | undefined } {
  const isFile = (arg: string) => existsSync(arg) || /\.mcap$/i.test(arg);
  const files = args.filter(isFile);
  const channels = args.filter((arg) => !isFile(arg));
  if (files.length === 0) {
    throw new RangeError(`Cannot replay: there is no file ${args.map(escapeText).join(', ')}`);
  }
  if (channels.length === 0) return { files, names: undefined };
  const pairs = channels.map((channel) => {
    const at = channel.indexOf('=');
    return at < 0 ? [channel, channel] : [channel.slice(0, at), channel.slice(at + 1)];
  });
  return { files, names: Object.fromEntries(pairs) };
}

function line({ messages, positionMs, passes, late }: ReplayStats): string {
  const pass = passes > 1 ? `  pass ${passes}` : '';
  return `at ${(positionMs / 1000).toFixed(1)} s${pass}  ${plural(messages, 'message')}, ${formatCount(late)} late`;
}

function sayText(_event: string, stats: ReplayStats): void {
  const { messages, durationMs, late, lateMs, unwritten } = stats;
  for (const { name, target, direction, messages } of stats.traffic) {
    const as = name === target ? '' : ` as ${escapeText(target)}`;
    print(`${escapeText(name)}${as} (${direction}): ${plural(messages, 'message')}`);
  }
  if (unwritten > 0) print(`${plural(unwritten, 'message')} not written: there was no master`);
  const share = messages === 0 ? '' : ` (${((late / messages) * 100).toFixed(2)} %)`;
  const figures =
    lateMs === undefined
      ? ''
      : `; ${formatCount(late)}${share} came more than 0.5 ms late; lateness p50 ${lateMs.p50.toFixed(3)} ms, p99 ${lateMs.p99.toFixed(3)} ms, at most ${lateMs.max.toFixed(3)} ms`;
  print(`${plural(messages, 'message')} in ${(durationMs / 1000).toFixed(1)} s${figures}`);
}
