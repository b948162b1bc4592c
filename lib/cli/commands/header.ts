import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { warn } from '../printing/report.js';
import { cHeader } from '../records/cpp.js';
import { recordsFromHeader } from '../records/from-cpp.js';
import { collect, recordsIn } from '../records/load.js';
import { recordModule } from '../records/module.js';
import { pythonModule } from '../records/python.js';
import { isCWord } from '../records/words.js';

interface Options {
  readonly lang?: readonly Language[];
  readonly check?: string;
  readonly from?: string;
  readonly struct?: readonly string[];
  readonly include?: readonly string[];
  readonly define?: readonly string[];
  readonly std?: string;
  readonly namespace?: string;
}

type Language = 'c' | 'cpp' | 'python' | 'ts';

const EXAMPLES = `
Examples:
  eshm header pose.mjs > pose.hpp             a struct for each record that the module exports
  eshm header pose.mjs --lang python > pose.py
  eshm header pose.mjs --namespace robot > pose.hpp
  eshm header pose.mjs --check pose.hpp       in a build: exit code 1 when it is another
  eshm header --from pose.hpp > pose.mjs      the other way round
  eshm header --from robot.hpp --struct robot::Pose --struct Wheel -I include -D ARM=6
  eshm header --from plc.h --lang c > plc.mjs
  eshm header --from pose.hpp --lang ts > pose.ts

The headers check sizes and offsets themselves, in the compiler or when they are
imported. A name that the language does not take has another there; a comment says so.

--from has the header compiled by g++, or what CXX says (CXX='ccache clang++'), for C by
gcc or what CC says, and reads the debug information with readelf. Folders for #include
are those of -I and of CPATH. What cannot be a record is named on stderr and left out:
pointers, references, unions, bit-fields, virtual functions, long double.
docs/records.md has a table of what becomes what.`;

/** `eshm header`: one declaration, three languages. */
export function header(program: Command): void {
  program
    .command('header')
    .description('print records of a module as a C++, C or Python header, or a header as records')
    .argument('[file]', 'module that exports records of eshm/record')
    .addOption(
      new Option(
        '--lang <language>',
        'what to print: cpp (or c++), c, python; with --from: what the header is (cpp, c), and ts for TypeScript',
      )
        .argParser(languages)
        .default(undefined, 'cpp'),
    )
    .option('--check <file>', 'print nothing; exit code 1 when that file is not what would be printed')
    .option(
      '--namespace <name>',
      "put everything in this C++ namespace, whatever the records say; '' for none",
      namespace,
    )
    .option('--from <header>', 'print a module that declares the structs of this C or C++ header')
    .option(
      '--struct <name>',
      'with --from: this struct only, and what it is made of; may be repeated',
      collect,
    )
    .option(
      '-I, --include <folder>',
      'with --from: look there for what it includes; may be repeated',
      collect,
    )
    .option('-D, --define <name[=value]>', 'with --from: define this macro; may be repeated', collect)
    .option('--std <edition>', 'with --from: edition of the language, as -std takes it (c++20; gnu17 for C)')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

/** A namespace as C++ writes it, or nothing. */
function namespace(text: string): string {
  if (text === '') return text;
  const wrong = text.split('::').find((part) => !/^[A-Za-z_]\w*$/.test(part) || isCWord(part));
  if (wrong === undefined) return text;
  const what = isCWord(wrong) ? `'${wrong}' is a word of C++.` : 'Expected names as C++ has them.';
  throw new InvalidArgumentError(`${what} For example: robot::arm`);
}

/** With --from, one says what a header is in, and `ts` what is printed. */
function languages(text: string, before: readonly Language[] | undefined): readonly Language[] {
  const language = text === 'c++' ? 'cpp' : text;
  if (!['c', 'cpp', 'python', 'ts'].includes(language))
    throw new InvalidArgumentError('Allowed choices are cpp, c++, c, python, ts.');
  return [...(before ?? []), language as Language];
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

async function textOf(file: string | undefined, options: Options): Promise<string> {
  const { lang = [], from } = options;
  if ((file === undefined) === (from === undefined)) {
    throw new TypeError(
      'Cannot print a header: expected a module that exports records, or --from with a header',
    );
  }
  if (options.namespace !== undefined && (from !== undefined || (lang.at(-1) ?? 'cpp') !== 'cpp')) {
    throw new TypeError(
      'Cannot print a header: --namespace is for a C++ header of records, expected no --from and no other --lang',
    );
  }
  if (from !== undefined) return moduleFrom(from, options);
  const odd = (['struct', 'include', 'define', 'std'] as const).find((name) => options[name] !== undefined);
  if (odd !== undefined)
    throw new TypeError(`Cannot print a header: --${odd} is for --from, expected a header`);
  if (lang.includes('ts')) {
    throw new TypeError('Cannot print a header: --lang is ts, expected cpp, c or python; ts is for --from');
  }
  const language = lang.at(-1) ?? 'cpp';
  const records = [...(await recordsIn(file!)).values()];
  const source = basename(file!);
  return language === 'python'
    ? pythonModule(records, source)
    : cHeader(records, source, language === 'c' ? 'c' : 'cpp', options.namespace);
}

/** The module that declares what a header has; what it leaves out is told on stderr. */
function moduleFrom(from: string, { lang = [], struct, include, define, std }: Options): string {
  if (lang.includes('python')) {
    throw new TypeError('Cannot read a header: --lang is python, expected c or cpp, which a header is in');
  }
  const language = lang.includes('c') ? 'c' : 'c++';
  const { records, origin } = recordsFromHeader(from, {
    language,
    standard: std,
    structs: struct,
    include,
    define,
  });
  for (const line of origin.leftOut) warn(`left out ${line}`);
  return recordModule(records, basename(from), origin, lang.includes('ts') ? 'ts' : 'js');
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
