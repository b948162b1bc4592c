/*
 * Reads off the subcommands, which tsc has compiled, what `eshm --help` lists of them, and writes
 * `dist/lib/cli/outline.js`: so that the list is there without loading them. A part of `npm run build`.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';

const dist = new URL('../dist/lib/cli/', import.meta.url);

/** Name, term and description of each. */
export async function outline() {
  const { COMMANDS } = await import(new URL('commands.js', dist).href);
  const program = new Command('eshm');
  for (const load of Object.values(COMMANDS)) (await load())(program);
  const help = program.createHelp();
  return program.commands.map((command) => ({
    name: command.name(),
    term: help.subcommandTerm(command),
    description: help.subcommandDescription(command),
  }));
}

/** Writes the module. */
export async function writeOutline() {
  const text = `export const OUTLINE = ${JSON.stringify(await outline(), null, 2)};\n`;
  writeFileSync(new URL('outline.js', dist), text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeOutline();
