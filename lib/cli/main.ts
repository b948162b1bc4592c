#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { EshmError } from '../index.js';
import { bench } from './commands/bench.js';
import { bridge } from './commands/bridge.js';
import { completion } from './commands/completion.js';
import { demo } from './commands/demo.js';
import { doctor } from './commands/doctor.js';
import { key } from './commands/key.js';
import { ls } from './commands/ls.js';
import { recv } from './commands/recv.js';
import { rm } from './commands/rm.js';
import { send } from './commands/send.js';
import { stat } from './commands/stat.js';
import { top } from './commands/top.js';
import { conventions } from './conventions.js';

/** One `eshm` subcommand: adds itself to the program. */
type AddCommand = (program: Command) => void;

/** The subcommands, in the order of `--help`. */
const commands: readonly AddCommand[] = [
  conventions,
  ls,
  stat,
  top,
  send,
  recv,
  rm,
  key,
  doctor,
  bridge,
  demo,
  bench,
  completion,
];

/** Exit code for a call the command line does not allow; 1 is for calls that failed. */
const USAGE_ERROR = 2;

function version(): string {
  const manifest = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return JSON.parse(manifest).version;
}

async function main(): Promise<void> {
  const program = new Command('eshm')
    .description('Talk to, look at and tidy up ESHM shared-memory channels.')
    .version(version())
    .exitOverride()
    .configureHelp({ showGlobalOptions: true });
  for (const add of commands) add(program);
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** Prints what the user needs of an error, one line, and gives the exit code. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_ERROR;
  const expected = error instanceof EshmError || error instanceof RangeError || error instanceof TypeError;
  process.stderr.write(`eshm: ${expected ? error.message : ((error as Error)?.stack ?? String(error))}\n`);
  return error instanceof RangeError || error instanceof TypeError ? USAGE_ERROR : 1;
}

await main();
