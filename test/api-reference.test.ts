/** The comments of what is exported, their examples, and the pages that typedoc makes of them (`npm run docs:api`). */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Eshm } from '../lib/index.js';
import { anchorsOf, linksOf, membersOf, Programs, read } from './support/documents.js';
import { skip } from './support/needs.js';
import { repoRoot } from './support/repo-root.js';

/** The entries of the package, and the page that describes each. */
const PAGES = {
  'lib/index': 'eshm.md',
  'lib/bridge/index': 'eshm/bridge.md',
  'lib/metrics/index': 'eshm/metrics.md',
  'lib/recording/index': 'eshm/recording.md',
  'lib/record/index': 'eshm/record.md',
  'lib/items/index': 'eshm/items.md',
  'layout/index': 'eshm/layout.md',
  'syscalls/index': 'eshm/syscalls.md',
} as const;

/** A name that a module exports, and the file that it comes from. */
interface Export {
  readonly name: string;
  readonly from: string;
}

/** What an entry file exports, types too; it only re-exports. */
function exportsOf(index: string): Export[] {
  const source = read(`${index}.ts`);
  return [...source.matchAll(/^export (?:type )?\{([^}]*)\} from '(.*)\.js';$/gm)].flatMap(
    ([, names, from]) =>
      names!
        .split(',')
        .map((name) => name.trim().replace(/^type /, ''))
        .filter((name) => name !== '')
        .map((name) => ({ name, from: join(dirname(index), from!) })),
  );
}

/** The compiled declaration of an export with all comments, wherever re-exports lead. */
function declarationOf({ name, from }: Export): string {
  const text = read(`dist/${from}.d.ts`);
  const kinds = 'declare class|declare function|declare const|interface|type';
  const found = new RegExp(
    `^(?:/\\*\\*(?:(?!\\*/).)*\\*/\\n)?export (?:${kinds}) ${name}\\b(?:[^\\n]*;$|.*?^[}\\]][^\\n]*$)`,
    'ms',
  ).exec(text);
  if (found) return found[0] + inheritedBy(found[0], text, from);
  const next = new RegExp(`\\{[^}]*\\b${name}\\b[^}]*\\} from '(.*)\\.js'`).exec(text);
  assert.ok(next, `no declaration of ${name} in ${from}`);
  return declarationOf({ name, from: join(dirname(from), next[1]!) });
}

/** The declaration of the class in the same room that a declared class is built on; empty for others. */
function inheritedBy(declaration: string, text: string, from: string): string {
  const [, base] = / extends (\w+)</.exec(declaration.slice(declaration.indexOf('declare class'))) ?? [];
  const [, file] = new RegExp(`\\{[^}]*\\b${base}\\b[^}]*\\} from '(\\./.*)\\.js'`).exec(text) ?? [];
  return base === undefined || file === undefined
    ? ''
    : declarationOf({ name: base, from: join(dirname(from), file) });
}

/** The comments of a declaration, each without its stars. */
function commentsOf(declaration: string): string[] {
  return [...declaration.matchAll(/\/\*\*((?:(?!\*\/).)*)\*\//gs)].map(([, comment]) =>
    comment!.replace(/^\s*\* ?/gm, '').trim(),
  );
}

/** The examples of all comments. */
function examples(): string[] {
  const comments = Object.keys(PAGES)
    .flatMap(exportsOf)
    .flatMap((found) => commentsOf(declarationOf(found)));
  const found = comments.flatMap((comment) =>
    [...comment.matchAll(/^@example\n(.*?)(?=^@|$(?![\s\S]))/gms)].map((match) => match[1]!.trim()),
  );
  return [...new Set(found)];
}

/** What an example may take as given: its own channel with both ends open, and a message in it. */
function program(example: string, number: number): string {
  const name = `docs-api-${process.pid}-${number}`;
  const lines = example.replaceAll("'robot'", `'${name}-own'`).split('\n');
  const [imports, body] = [true, false].map((isImport) =>
    lines.filter((line) => line.startsWith('import ') === isImport).join('\n'),
  ) as [string, string];
  return `${imports}
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Eshm, EshmError } from 'eshm';
import { encodeName } from 'eshm/bridge';
import { answerCalls, call, fromObject, items, toObject } from 'eshm/items';
import { decodeSegment, deriveKey, layoutFor } from 'eshm/layout';
import { array, enumeration, f32, f64, flags, record, text, u64, u8 } from 'eshm/record';
import { Struct } from 'typed-struct';
void [readFileSync, Readable, pipeline, EshmError, encodeName, answerCalls, call, fromObject, items, toObject, decodeSegment, deriveKey, layoutFor, array, enumeration, f32, f64, flags, record, text, u64, u8, Struct];
const master = Eshm.open('${name}', { role: 'master', staleThresholdMs: 5000 });
const slave = Eshm.open('${name}', { role: 'slave' });
const reading = setInterval(() => ${example.includes('slave.') ? "master.write('stop')" : 'slave.tryRead()'}, 1);
try {
${body.replace(/^(?!\s*(?:\/\/|const|await|for|if|try|\}))(.+); \/\/ (.+)$/gm, "console.log('value:', $1);")}
} finally {
  clearInterval(reading);
  slave.close();
  master.close();
}
`;
}

describe('the reference', () => {
  let programs: Programs;
  before(() => {
    programs = new Programs();
  });
  after(() => programs.dispose());

  for (const index of Object.keys(PAGES)) {
    it(`every export of ${index}.ts has a comment`, () => {
      for (const found of exportsOf(index)) {
        const [first] = commentsOf(declarationOf(found));
        assert.match(first ?? '', /^(?!@)./, `${found.name} has no JSDoc`);
      }
    });
  }

  it('every example passes the compiler and runs', async () => {
    const all = examples();
    assert.ok(all.length >= 20, `only ${all.length}`);
    const files = all.map((_, number) => `example-${number}.mts`);
    for (const [number, example] of all.entries()) {
      programs.write(files[number]!, program(example, number));
    }
    copyFileSync(join(repoRoot, 'test/vectors/master-slave-live.bin'), join(programs.folder, 'segment.bin'));
    const tsc = join(repoRoot, 'node_modules/typescript/bin/tsc');
    const flags = '--ignoreConfig --module nodenext --target es2023 --strict --types node'.split(' ');
    const compiled = await programs.start(process.execPath, [tsc, ...flags, ...files]);
    assert.equal(compiled.code, 0, compiled.output);
    // One after the other in one process: to start one takes longer than to run most of them.
    const begins = (number: number) => `example ${number} begins\n`;
    const imports = files.map(
      (file, number) =>
        `process.stdout.write(${JSON.stringify(begins(number))}); await import('./${file.replace('.mts', '.mjs')}');`,
    );
    const { code, output, stdout } = await programs.run(imports.join('\n'), 'examples');
    assert.equal(code, 0, output);
    const outputs = stdout.split(/^example \d+ begins\n/m).slice(1);
    for (const [number, example] of all.entries()) assertValues(example, outputs[number]!);
  });

  describe('as typedoc makes it', () => {
    let made: string;
    const page = (name: string) => readFileSync(join(made, name), 'utf8');

    before(async function () {
      const tools = join(repoRoot, 'docs/tools');
      const typedoc = join(tools, 'node_modules/typedoc/bin/typedoc');
      if (!existsSync(typedoc)) skip(this, 'the tools of docs/tools must be installed (npm run docs:api)');
      made = join(programs.folder, 'api');
      const args = ['--options', join(tools, 'typedoc.json'), '--out', made];
      const { code, output } = await programs.start(process.execPath, [typedoc, ...args]);
      // An exported symbol without a comment, a link that leads nowhere.
      assert.equal(code, 0, output);
    });

    for (const [index, name] of Object.entries(PAGES)) {
      it(`${name} has every export of ${index}.ts, and nothing else`, () => {
        const titles = [...page(name).matchAll(/^## (.+)$/gm)].map((match) =>
          match[1]!.replace(/[\\()]/g, ''),
        );
        assert.deepEqual(
          titles.sort(),
          exportsOf(index)
            .map((found) => found.name)
            .sort(),
        );
      });
    }

    it('describes every method and property of an endpoint', () => {
      const text = page(PAGES['lib/index']);
      const eshm = text.slice(text.indexOf('\n## Eshm\n'), text.indexOf('\n## EshmEvents\n'));
      const titles = [...eshm.matchAll(/^#### \\?\[?(\w+)/gm)].map((match) => match[1]!);
      const members = membersOf(Eshm).filter(
        (name) => !['constructor', 'length', 'name', 'prototype'].includes(name),
      );
      assert.ok(members.length >= 15);
      for (const member of members) assert.ok(titles.includes(member), `Eshm.${member}`);
    });

    it('every parameter and property has a description', () => {
      for (const name of Object.values(PAGES)) {
        const text = page(name);
        assert.doesNotMatch(text, /^\|.*\| - \|$/m, name);
        const bareTables = [
          ...text.matchAll(/^#+ (.+)\n(?:(?!^#).*\n)*?^#+ Parameters\n\n\| Parameter \| Type \|$/gm),
        ];
        // An error that adds nothing to the constructor of Error has that of Error.
        assert.deepEqual(
          bareTables.map((match) => match[1]).filter((title) => title !== 'Constructor'),
          [],
          name,
        );
      }
    });

    it('every link leads to a page and to a place on it', () => {
      for (const name of ['README.md', ...Object.values(PAGES)]) {
        for (const { file, anchor } of linksOf(page(name))) {
          const target = file === '' ? name : join(dirname(name), file);
          assert.ok(existsSync(join(made, target)), `${name}: ${file}`);
          if (anchor !== undefined)
            assert.ok(anchorsOf(page(target)).has(anchor), `${name}: ${file}#${anchor}`);
        }
      }
    });
  });
});

/** Compares `expression; // value` of an example with what the program printed. */
function assertValues(example: string, output: string): void {
  const promised = [...example.matchAll(/^(?!\s*(?:const|await))(\S.*); \/\/ ([^,\n]+)/gm)].map(
    (match) => match[2]!,
  );
  const printed = [...output.matchAll(/^value: (.*)$/gm)].map((match) => match[1]!);
  assert.deepEqual(
    printed,
    promised.map((value) => value.replace(/^'(.*)'$/, '$1')),
    example,
  );
}
