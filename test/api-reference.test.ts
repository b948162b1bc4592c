/** The pages that typedoc made from the JSDoc (`npm run docs:api`), compared with what is exported now. */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Eshm } from '../lib/index.js';
import { codeBlocks, Programs, read } from './support/documents.js';
import { repoRoot } from './support/repo-root.js';

const STALE = 'docs/api is out of date: run `npm run docs:api`';

/** Pages by the source whose exports they describe. */
const PAGES = {
  'lib/index': 'docs/api/eshm.md',
  'lib/bridge/index': 'docs/api/eshm/bridge.md',
  'lib/record/index': 'docs/api/eshm/record.md',
  'lib/items/index': 'docs/api/eshm/items.md',
  'layout/index': 'docs/api/eshm/layout.md',
  'syscalls/index': 'docs/api/eshm/syscalls.md',
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
  if (found) return found[0];
  const next = new RegExp(`\\{[^}]*\\b${name}\\b[^}]*\\} from '(.*)\\.js'`).exec(text);
  assert.ok(next, `no declaration of ${name} in ${from}`);
  return declarationOf({ name, from: join(dirname(from), next[1]!) });
}

/** What a comment says before its tags, as bare words. */
function summariesOf(declaration: string): string[] {
  return [...declaration.matchAll(/\/\*\*((?:(?!\*\/).)*)\*\//gs)]
    .map(([, comment]) => comment!.replace(/^\s*\* ?/gm, ''))
    .filter((comment) => !/@(internal|hidden)/.test(comment))
    .map((comment) => comment.split(/^\s*@/m)[0]!)
    .map((text) =>
      text.replace(/\{@link ([^}|]*?)(?: ?\| ?([^}]*))?\}/g, (_, target, label) => label ?? target),
    )
    .map(bare)
    .filter((text) => text !== '');
}

/** Letters and digits only: what is left of a text whatever Markdown makes of it. */
function bare(text: string): string {
  return text.replace(/\]\([^)]*\)/g, ']').replace(/[^a-zA-Z0-9]+/g, '');
}

/** What an example may take as given: its own channel with both ends open, and a message in it. */
function program(example: string, number: number): string {
  const name = `docs-api-${process.pid}-${number}`;
  const body = example.replaceAll("'robot'", `'${name}-own'`);
  return `import { readFileSync } from 'node:fs';
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

describe('docs/api', () => {
  for (const [index, page] of Object.entries(PAGES)) {
    it(`${page} names every export of ${index}.ts, and nothing else`, () => {
      const titles = [...read(page).matchAll(/^## (.+)$/gm)].map((match) => match[1]!.replace(/[\\()]/g, ''));
      const names = exportsOf(index).map(({ name }) => name);
      assert.ok(names.length >= 10);
      assert.deepEqual(titles.sort(), names.sort(), STALE);
    });

    it(`${page} says of each what its JSDoc says`, () => {
      const text = bare(read(page));
      let seen = 0;
      for (const found of exportsOf(index)) {
        const declaration = declarationOf(found);
        const all = summariesOf(declaration);
        // Of a constant's parts the page shows the values, not the comments.
        const summaries = declaration.includes('export declare const') ? all.slice(0, 1) : all;
        assert.ok(summaries.length > 0, `${found.name} has no JSDoc`);
        for (const summary of summaries)
          assert.ok(text.includes(summary), `${found.name}: ${summary}. ${STALE}`);
        seen += summaries.length;
      }
      assert.ok(seen >= 20);
    });
  }

  it('describes every method and property of an endpoint', () => {
    const page = read(PAGES['lib/index']);
    const eshm = page.slice(page.indexOf('\n## Eshm\n'), page.indexOf('\n## EshmEvents\n'));
    const titles = [...eshm.matchAll(/^#### \\?\[?(\w+)/gm)].map((match) => match[1]!);
    const own = [...Object.getOwnPropertyNames(Eshm.prototype), ...Object.getOwnPropertyNames(Eshm)];
    const members = own.filter((name) => !['constructor', 'length', 'name', 'prototype'].includes(name));
    assert.ok(members.length >= 15);
    for (const member of members) assert.ok(titles.includes(member), `Eshm.${member}: ${STALE}`);
  });

  it('every parameter and property has a description', () => {
    for (const page of Object.values(PAGES)) {
      const text = read(page);
      assert.ok(text.includes('| Type | Description |'));
      assert.doesNotMatch(text, /^\|.*\| - \|$/m, page);
      const bareTables = [
        ...text.matchAll(/^#+ (.+)\n(?:(?!^#).*\n)*?^#+ Parameters\n\n\| Parameter \| Type \|$/gm),
      ];
      // An error that adds nothing to the constructor of Error has that of Error.
      assert.deepEqual(
        bareTables.map((match) => match[1]).filter((title) => title !== 'Constructor'),
        [],
        page,
      );
    }
  });

  it('every link leads to a page and to a place on it', () => {
    for (const page of readdirSync(join(repoRoot, 'docs/api'), { recursive: true, encoding: 'utf8' })) {
      if (!page.endsWith('.md')) continue;
      const here = join('docs/api', page);
      for (const [, file, anchor] of read(here).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)) {
        const target = file === '' ? here : join(dirname(here), file!);
        assert.ok(existsSync(join(repoRoot, target)), `${page}: ${file}`);
        if (anchor !== undefined) assert.ok(anchorsOf(target).has(anchor), `${page}: ${file}#${anchor}`);
      }
    }
  });

  it('every example passes the compiler and runs', async () => {
    const programs = new Programs();
    try {
      const examples = Object.values(PAGES).flatMap((page) => codeBlocks(page, 'ts'));
      assert.ok(examples.length >= 8);
      const files = examples.map((_, number) => `example-${number}.mts`);
      for (const [number, example] of examples.entries()) {
        programs.write(files[number]!, program(example, number));
      }
      copyFileSync(
        join(repoRoot, 'test/vectors/master-slave-live.bin'),
        join(programs.folder, 'segment.bin'),
      );
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
      for (const [number, example] of examples.entries()) assertValues(example, outputs[number]!);
    } finally {
      programs.dispose();
    }
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

/** The places of a page that a link can name. */
function anchorsOf(page: string): Set<string> {
  return new Set([...read(page).matchAll(/<a id="([^"]+)">/g)].map((match) => match[1]!));
}
