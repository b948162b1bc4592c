#!/usr/bin/env node
import { Command, CommanderError, Help } from 'commander';
import { COMMANDS } from './commands.js';
import { conventions } from './conventions.js';
import { endForeignCode } from './foreign-code.js';
import { OUTLINE } from './outline.js';
import { packageVersion } from './version.js';

/** Exit code for a call the command line does not allow; 1 is for calls that failed. */
const USAGE_ERROR = 2;

/** The subcommand that these arguments ask for, or for whose help; any text, and `undefined` where there is none. */
function wantedOf(args: readonly string[]): string | undefined {
  const [first, second] = args.filter((arg) => arg !== '--');
  return first === 'help' ? second : first;
}

/** Whether it is meant as a subcommand, and there is none of that name. */
function isUnknown(wanted: string | undefined): wanted is string {
  if (wanted === undefined || wanted.startsWith('-') || wanted === 'help') return false;
  return OUTLINE.every(({ name }) => name !== wanted);
}

/** Adds the subcommand that is wanted; the others are only listed by `--help`, and nothing of them is loaded. */
async function addCommands(program: Command, wanted: string | undefined): Promise<void> {
  const terms = new Map<Command, string>();
  program.configureHelp({
    showGlobalOptions: true,
    subcommandTerm: (command) => terms.get(command) ?? Help.prototype.subcommandTerm(command),
  });
  for (const { name, term, description } of OUTLINE) {
    // That one completes all others.
    if (name === wanted || wanted === 'completion') (await COMMANDS[name]!())(program);
    else terms.set(program.command(name).description(description), term);
  }
}

async function main(): Promise<void> {
  const program = new Command('eshm')
    .description('Talk to, look at and tidy up ESHM shared-memory channels.')
    .version(packageVersion())
    .exitOverride();
  conventions(program);
  const wanted = wantedOf(process.argv.slice(2));
  await addCommands(program, wanted);
  try {
    const unknown = isUnknown(wanted) ? [wanted] : undefined;
    // Where help for it is wanted, commander would print the help of all and say nothing of it.
    await (unknown === undefined ? program.parseAsync() : program.parseAsync(unknown, { from: 'user' }));
  } catch (error) {
    process.exitCode = report(error);
  }
  await endForeignCode();
}

/** Prints what the user needs of an error, one line, and gives the exit code. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_ERROR;
  const isUsage = error instanceof RangeError || error instanceof TypeError;
  // By its name: the class would bring the library with it.
  const isExpected = isUsage || (error instanceof Error && error.name === 'EshmError');
  process.stderr.write(`eshm: ${isExpected ? error.message : ((error as Error)?.stack ?? String(error))}\n`);
  return isUsage ? USAGE_ERROR : 1;
}

await main();
