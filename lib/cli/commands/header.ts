import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import { warn } from '../printing/report.js';
import { cHeader } from '../records/cpp.js';
import { recordsFromHeader } from '../records/from-cpp.js';
import { recordsIn } from '../records/load.js';
import { recordModule } from '../records/module.js';
import { pythonModule } from '../records/python.js';

interface Options {
  readonly lang: 'c' | 'cpp' | 'python';
  readonly check?: string;
  readonly from?: string;
}

const EXAMPLES = `
Examples:
  eshm header pose.mjs > pose.hpp             a struct for each record that the module exports
  eshm header pose.mjs --lang python > pose.py
  eshm header pose.mjs --check pose.hpp       in a build: exit code 1 when it is another
  eshm header --from pose.hpp > pose.mjs      the other way round

The headers check sizes and offsets themselves, in the compiler or when they are
imported. --from asks g++ (or CXX) for them, by its debug information and readelf. It
takes structs of numbers of a fixed width, char arrays (as text), enumerations, such
structs and arrays of those. It refuses pointers, references, unions, bit-fields, base
classes, virtual functions, long double, and what alignas has moved.`;

/** `eshm header`: one declaration, three languages. */
export function header(program: Command): void {
  program
    .command('header')
    .description('print records of a module as a C++, C or Python header, or a header as records')
    .argument('[file]', 'module that exports records of eshm/record')
    .addOption(
      new Option('--lang <language>', 'what to print').choices(['c', 'cpp', 'python']).default('cpp'),
    )
    .option('--check <file>', 'print nothing; exit code 1 when that file is not what would be printed')
    .option('--from <header>', 'print a module that declares the structs of this C or C++ header')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(file: string | undefined, options: Options): Promise<void> {
  const text = await textOf(file, options);
  if (options.check === undefined) {
    process.stdout.write(text);
    return;
  }
  const difference = differenceTo(options.check, text);
  if (difference === undefined) return;
  warn(`${options.check} ${difference}; print it anew`);
  process.exitCode = 1;
}

async function textOf(file: string | undefined, { lang, from }: Options): Promise<string> {
  if ((file === undefined) === (from === undefined)) {
    throw new TypeError(
      'Cannot print a header: expected a module that exports records, or --from with a header',
    );
  }
  if (from !== undefined) return recordModule(recordsFromHeader(from), basename(from));
  const records = [...(await recordsIn(file!)).values()];
  const source = basename(file!);
  return lang === 'python' ? pythonModule(records, source) : cHeader(records, source, lang);
}

/** How a file differs from `text`, as the end of a sentence. */
function differenceTo(path: string, text: string): string | undefined {
  let found: string;
  try {
    found = readFileSync(path, 'utf8');
  } catch (error) {
    return `cannot be read (${(error as NodeJS.ErrnoException).code})`;
  }
  if (found === text) return undefined;
  const lines = text.split('\n');
  const line = found.split('\n').findIndex((one, i) => one !== lines[i]);
  return `differs from what would be printed, from line ${(line < 0 ? found.split('\n').length : line) + 1} on`;
}
