import assert from 'node:assert/strict';
import { cHeader } from '../../../../lib/cli/records/cpp.js';
import { recordsFromHeader } from '../../../../lib/cli/records/from-cpp.js';
import { recordModule } from '../../../../lib/cli/records/module.js';
import { pythonModule } from '../../../../lib/cli/records/python.js';
import type { AnyRecord, ArrayKind, Kind } from '../../../../lib/record/index.js';
import { needsCommand } from '../../../support/needs.js';
import { size } from '../../../support/sizes.js';
import { CHECKS, type Compiler, Workshop } from './headers.js';
import { headerText, type StructText, sampleStructs } from './struct-texts.js';

const STRUCTS = size({ short: 60, long: 150 });

/** The offset of a path in a record, `pos.x`. */
function offsetIn(record: AnyRecord, path: string): number {
  let at = 0;
  let kind: Kind = record;
  for (const step of path.split('.')) {
    const field = (kind as AnyRecord).fields.find(({ name }) => name === step || name === `${step}_`);
    assert.ok(field, `${record.name} has no field ${step} of ${path}`);
    at += field.offset;
    kind = field.kind;
    while (kind.type === 'array') kind = (kind as ArrayKind).of;
  }
  return at;
}

/** What records say of the structs, as compilers are asked for it. */
const toldByRecords = (structs: readonly StructText[], records: readonly AnyRecord[]) =>
  structs.flatMap(({ name, paths }) => {
    const record = records.find((one) => one.name === name);
    assert.ok(record, `there is no ${name}`);
    return [
      `sizeof ${name} ${record.size}`,
      ...paths.map((path) => `${name}.${path} ${offsetIn(record, path)}`),
    ];
  });

describe('Structs of made-up headers', function () {
  this.timeout(120_000);
  let workshop: Workshop;
  before(function () {
    needsCommand(this, 'g++', 'g++');
    needsCommand(this, 'clang++', 'clang');
    workshop = new Workshop();
  });
  after(() => workshop?.dispose());

  /** What a compiler says of the structs of a header. */
  function toldByCompiler(compiler: Compiler, header: string, structs: readonly StructText[]): string[] {
    const asked = structs.flatMap(({ name, paths }) => [
      [`sizeof(${name})`, `sizeof ${name}`] as const,
      ...paths.map((path) => [`offsetof(${name}, ${path})`, `${name}.${path}`] as const),
    ]);
    const told = workshop.ask(
      compiler,
      header,
      asked.map(([expression]) => expression),
    );
    return asked.map(([, label], i) => `${label} ${told[i]}`);
  }

  for (const [language, asked, variable, lang] of [
    ['cpp', ['g++', 'clang++'], 'CXX', 'c++'],
    ['c', ['gcc', 'clang'], 'CC', 'c'],
  ] as const) {
    const seed = Date.now();
    const structs = sampleStructs(language, STRUCTS, seed);

    for (const compiler of asked) {
      it(`${compiler}: ${STRUCTS} in ${lang} become records with its offsets, there and back (seed ${seed})`, async () => {
        const header = workshop.write(
          language === 'c' ? 'made.h' : 'made.hpp',
          headerText(language, structs),
        );
        const before = process.env[variable];
        process.env[variable] = compiler;
        let made: ReturnType<typeof recordsFromHeader>;
        try {
          made = recordsFromHeader(header, { language: lang });
        } finally {
          if (before === undefined) delete process.env[variable];
          else process.env[variable] = before;
        }
        const { records, origin } = made;
        assert.deepEqual(
          origin.leftOut.filter((line) => !line.startsWith('made::Nothing: ')),
          [],
        );
        const expected = toldByCompiler(compiler, header, structs);
        assert.deepEqual(toldByRecords(structs, records), expected);

        // To a module, and by that to headers again, which assert every offset themselves.
        const name = `${compiler.replaceAll('+', 'x')}-${language}.mjs`;
        const loaded = Object.values(await workshop.load(name, recordModule(records, 'made.hpp', origin)));
        const again = loaded.filter((one) => 'encode' in one) as AnyRecord[];
        assert.deepEqual(toldByRecords(structs, again), expected);
        for (const [printed, text] of [
          ['cpp', cHeader(again, name, 'cpp')],
          ['c', cHeader(again, name, 'c')],
          ['python', pythonModule(again, name)],
        ] as const) {
          const path = workshop.write(`printed.${printed}`, text);
          for (const command of CHECKS[printed]) assert.equal(workshop.faultsOf(command, path), '');
        }
      });
    }
  }
});
