import { type Command, Option } from 'commander';
import type { Eshm } from '../../index.js';
import { type Dialect, items } from '../../items/index.js';
import { endOnSignals } from '../conventions.js';
import { guarded } from '../guarded.js';
import { fromJson as itemsFromJson } from '../items/json.js';
import { parseMs, parsePeriod } from '../parse.js';
import { warn } from '../printing/report.js';
import { fromJson } from '../records/json.js';
import { recordAs } from '../records/load.js';
import { announced, waitingWith } from '../talking/announced.js';
import { deliver, linger } from '../talking/delivery.js';
import { DEFAULT_CONNECT_MS, join } from '../talking/join.js';
import { lossLimitMs } from '../talking/loss.js';
import { blocks, lines } from '../talking/messages.js';
import { addOpenOptions, type OpenFlags } from '../talking/open-options.js';
import { Pause } from '../talking/pause.js';

interface Options extends OpenFlags {
  readonly ack?: boolean;
  readonly raw?: boolean;
  readonly nul?: boolean;
  readonly as?: string;
  readonly items?: boolean;
  readonly dialect?: Dialect;
  readonly timeout?: number;
  readonly resend?: number;
}

/** What was written last is given this long to be read, in ms. */
const LINGER_MS = 1000;

/** A line of JSON may be this long, in bytes: it is longer than what it stands for. */
const LONGEST_JSON = 2 ** 26;

const EXAMPLES = `
Examples:
  eshm send robot 'go'                    waits for a reader, writes, leaves when it is read
  eshm send robot 'go' --timeout 5000     the same in a script: a reader has 5 s to come
  tail -f log | eshm send robot           the newest line; one that nobody read is replaced
  seq 1000 | eshm send robot --ack        every line is read before the next one is written
  eshm send robot --raw --ack < image     bytes, in messages of up to 4096
  eshm send robot --as robot.mjs#Command '{"id":1,"speed":0.5}'
  eshm send robot --items '{"counter": 42, "temperature": 21.0, "status": "OK"}'
                                          items of 1.0's data handler: 42 is an integer,
                                          21.0 a real; or a list as recv --items --json
                                          prints it
  eshm send robot 'go' --ack --resend 50  to older C++ readers, which forget what came
                                          between two reads (they may then see it twice)

A name that nobody has created is created: this is its master until a reader has come, for ever
without --timeout. To write only where a master is already: --role slave, which gives it 5 s.
Exit code 1: nobody came or nothing was read within --timeout.`;

/** `eshm send`: from the shell into a channel. */
export function send(program: Command): void {
  const command = program
    .command('send')
    .description('write a text, or stdin line by line')
    .argument('<name>', 'channel name')
    .argument('[text]', 'the message; stdin where there is none')
    .option('--ack', 'wait until each message was read')
    .addOption(new Option('--raw', 'stdin as it comes, not line by line').conflicts(['as', 'items']))
    .addOption(
      new Option('--nul', 'end each message with a NUL, as C++ programs do').conflicts(['as', 'items']),
    )
    .option('--as <file#record>', 'messages are this record of a module: the text, or each line, is JSON')
    .addOption(
      new Option(
        '--items',
        "messages are items of 1.0's data handler: the text, or each line, is JSON",
      ).conflicts('as'),
    )
    .addOption(
      new Option('--dialect <name>', 'with --items: byte for byte as that encoder (default: what all read)')
        .choices(['c++', 'python'])
        .conflicts(['as', 'raw', 'nul']),
    )
    .option(
      '--timeout <ms>',
      `longest wait for the other side to come and, with --ack, to read (default: ${DEFAULT_CONNECT_MS} for a master to come, else no limit)`,
      parseMs,
    )
    .option('--resend <ms>', 'with --ack, write again after this long without being read', parsePeriod);
  addOpenOptions(command, 'auto').addHelpText('after', EXAMPLES).action(guarded('send', run));
}

async function run(name: string, text: string | undefined, given: Options): Promise<void> {
  endOnSignals();
  // Were it implied, a conflict would name an option that nobody has given.
  const options = { ...given, items: given.items ?? given.dialect !== undefined };
  const { timeout } = options;
  if (options.resend !== undefined && !options.ack) {
    throw new RangeError('Cannot send: --resend writes again what nobody has read, expected --ack beside it');
  }
  const encode = await encoderOf(options);
  // What is wrong with it shows before anybody is waited for.
  if (text !== undefined) encode?.(text);
  const endpoint = await join(name, options, timeout);
  if (text === undefined && process.stdin.isTTY && !options.quiet)
    warn('each line that you type is a message; Ctrl-D ends');
  // A master waits for the next slave for as long as for the first.
  const lossMs = endpoint.role === 'slave' ? lossLimitMs(options.reconnectWait, timeout) : undefined;
  try {
    for await (const message of messagesOf(text, options)) {
      const bytes = encode === undefined ? message : encode(message.toString());
      await announced(pass(endpoint, bytes, options), options, () =>
        waitingWith(endpoint, 'it has not read the message yet', lossMs),
      );
    }
    if (!options.ack) await linger(endpoint, Math.min(timeout ?? LINGER_MS, LINGER_MS));
  } finally {
    endpoint.close();
  }
}

/** Makes messages of JSON; `undefined` where they are bytes. */
async function encoderOf({ as, items: isItems, dialect }: Options) {
  if (isItems) {
    const codec = items({ dialect });
    return (json: string): Uint8Array => codec.encode(itemsFromJson(json));
  }
  if (as === undefined) return undefined;
  const record = await recordAs(as);
  return (json: string): Uint8Array => record.encode(fromJson(record, json));
}

async function* messagesOf(
  text: string | undefined,
  { raw, nul, as, items: isItems, maxDataSize }: Options,
): AsyncGenerator<Buffer> {
  const end = nul ? Buffer.of(0) : Buffer.alloc(0);
  const room = as === undefined && !isItems ? maxDataSize - end.length : LONGEST_JSON;
  const split = raw ? blocks : lines;
  const messages = text === undefined ? split(process.stdin, room) : [Buffer.from(text)];
  for await (const message of messages) yield nul ? Buffer.concat([message, end]) : message;
}

async function pass(endpoint: Eshm, message: Uint8Array, options: Options): Promise<void> {
  if (!options.ack) {
    // A slave whose master is being restarted waits for the next one, until it gives up.
    for (const pause = new Pause(); !endpoint.tryWrite(message); ) await pause.rest();
    return;
  }
  await deliver(endpoint, message, {
    timeoutMs: options.timeout ?? Number.POSITIVE_INFINITY,
    resendMs: options.resend,
  });
}
