import type { Command } from 'commander';
import type { EshmOptions } from '../../index.js';
import {
  CallError,
  call as callFunction,
  type GivenSimpleValue,
  type ItemsEndpoint,
  items,
} from '../../items/index.js';
import { endOnSignals } from '../conventions.js';
import { guarded } from '../guarded.js';
import { valueToJson } from '../items/json.js';
import { showSimple } from '../items/show.js';
import { parseMs, parsePeriod } from '../parse.js';
import { print, warn } from '../printing/report.js';
import { printable } from '../printing/text.js';
import { join } from '../talking/join.js';
import { addOpenOptions, type OpenFlags } from '../talking/open-options.js';

interface Options extends OpenFlags {
  readonly json?: boolean;
  readonly timeout?: number;
  readonly resend?: number;
}

/** How long a call may take where nothing is said, in ms. */
const DEFAULT_TIMEOUT_MS = 5000;

const EXAMPLES = `
Examples:
  eshm call robot add 1 2               integers; 1.0 is a real, true a boolean
  eshm call robot move 0.5 fast --json
  eshm call robot setOffset -3 --timeout 500
  eshm call robot status --resend 50    to older C++ programs, which forget what came
                                        between two reads (they may then run it twice)

Calls a function of a program that answers items of type functionCall: answerCalls of
eshm/items, or processFunctionCalls of the C++ data handler. Exit code 1: nobody came,
no result within --timeout, or the result is an error.`;

/** `eshm call`: a function of the other side, by its data handler. */
export function call(program: Command): void {
  const command = program
    .command('call')
    .description('call a function of the other side and print its result')
    .argument('<name>', 'channel name')
    .argument('<function>', 'what to call')
    .argument('[arguments...]', 'integers (1), reals (1.0), true, false, or text')
    .option(
      '--timeout <ms>',
      `longest wait for the other side to come, and for the result (default: ${DEFAULT_TIMEOUT_MS} for a master to come and for the result, no limit for a slave)`,
      parseMs,
    )
    .option('--resend <ms>', 'call again after this long without a result', parsePeriod)
    .option('--json', 'the result as JSON');
  addOpenOptions(command, 'auto').addHelpText('after', EXAMPLES).action(guarded('call', run));
}

async function run(name: string, function_: string, words: string[], options: Options): Promise<void> {
  endOnSignals();
  const { timeout, resend } = options;
  const values = words.map(argumentOf);
  const codec = { codec: items() } as unknown as EshmOptions;
  const joined: unknown = await join(name, options, timeout, codec);
  const endpoint = joined as ItemsEndpoint & Disposable;
  try {
    const result = await callFunction(endpoint, function_, values, {
      timeoutMs: timeout ?? DEFAULT_TIMEOUT_MS,
      resendMs: resend,
    });
    if (options.json) print(valueToJson(result));
    else print(typeof result === 'string' ? textOf(result) : showSimple(result));
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    // The other side has answered: that it was no is its answer.
    warn(error.message);
    process.exitCode = 1;
  } finally {
    endpoint[Symbol.dispose]();
  }
}

/** For a program as it is, on a terminal with escapes. */
function textOf(result: string): string {
  return process.stdout.isTTY ? printable(Buffer.from(result)) : result;
}

/** A word of the command line as the value that it looks like. */
export function argumentOf(word: string): GivenSimpleValue {
  if (/^-?\d+$/.test(word)) return BigInt(word);
  if (/^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word)) return Number(word);
  if (word === 'true' || word === 'false') return word === 'true';
  return word;
}
