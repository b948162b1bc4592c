import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { cHeader } from '../../../../lib/cli/records/cpp.js';
import { inComment, quoted } from '../../../../lib/cli/records/harmless.js';
import { recordModule } from '../../../../lib/cli/records/module.js';
import { pythonModule } from '../../../../lib/cli/records/python.js';
import { type AnyRecord, enumeration, record, u8 } from '../../../../lib/record/index.js';
import { needsCommand } from '../../../support/needs.js';

/** Names that a file can have and that mean something in a source. */
const NASTY = [
  'pose.mjs\n#error planted\n.mjs',
  'pose.mjs\r#error planted',
  'pose\u2028export const planted = 1;.hpp',
  'pose\u2029planted',
  'coding: rot13 .mjs',
  '-*- coding=utf-7 -*-.mjs',
  '*/ int planted; /*.mjs',
  'ends with a backslash\\',
  'quote " and \' and `',
  'turned \u202eround\u2066.mjs',
  'half of a character \ud800.mjs',
  '\0\x07\x1b[31m\x7f\x85.mjs',
  '??/\n#error planted',
];

const Pose = record('Pose', {
  mode: enumeration(u8, { class: 0, 'a"b\n#': 1, '\u2028': 2, '\u{1f600}': 3 }),
}) as AnyRecord;
const Plain = record('Plain', { x: u8 }) as AnyRecord;

const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...'\n\r\\"\'*/:=`#\u2028\u202e\ud800\udc00'),
    fc.string({ unit: 'binary', maxLength: 3 }),
  ),
});

describe('foreign text in generated sources', () => {
  for (const name of NASTY) {
    it(`a file called ${quoted(name)} adds no line to any of them`, () => {
      for (const print of [
        (source: string) => cHeader([Plain], source, 'cpp'),
        (source: string) => cHeader([Plain], source, 'c'),
        (source: string) => pythonModule([Plain], source),
        (source: string) => recordModule([Plain], source),
      ]) {
        const [lines, usual] = [print(name), print('pose.mjs')].map((text) =>
          text.split(/[\n\r\u2028\u2029]/),
        );
        assert.equal(lines!.length, usual!.length);
        // The name itself, and the guard that is made of it.
        const others = lines!.filter((line) => !/^(\/\/|#) |ESHM_/.test(line));
        assert.deepEqual(
          others,
          usual!.filter((line) => !/^(\/\/|#) |ESHM_/.test(line)),
        );
      }
    });
  }

  it('an ordinary name stays as it is, in any language of people', () => {
    for (const name of [
      'pose.mjs',
      'my pose (2).mjs',
      'größe.hpp',
      '姿勢.mjs',
      'pose \u{1f600}.mjs',
      'back\\slash',
    ]) {
      assert.equal(inComment(name), name);
    }
  });

  it('a comment never holds the end of a line, of a comment, or an encoding', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const comment = inComment(text);
        assert.doesNotMatch(comment, /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]|\*\/|coding[:=]/u);
        assert.doesNotMatch(comment, /\p{Cs}/u, 'half of a character');
      }),
    );
  });

  it('a string in quotes means the text, and only it', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        assert.equal(JSON.parse(quoted(text)), text);
        assert.doesNotMatch(quoted(text), /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  it('Python takes a module of any such name, and has the enumerators as they were', function () {
    this.timeout(60_000);
    needsCommand(this, 'python3', 'python3');
    const folder = mkdtempSync(join(tmpdir(), 'eshm-harmless-'));
    try {
      for (const [i, name] of NASTY.entries()) {
        writeFileSync(join(folder, `made${i}.py`), pythonModule([Pose], name));
      }
      const imports = NASTY.map((_, i) => `import made${i}`).join('\n');
      const told = spawnSync(
        'python3',
        ['-B', '-c', `${imports}\nprint(ascii([m.name for m in made0.Pose_mode]))`],
        {
          cwd: folder,
          encoding: 'utf8',
        },
      );
      assert.equal(told.stderr, '');
      assert.equal(told.stdout.trim(), String.raw`['class', 'a"b\n#', '\u2028', '\U0001f600']`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
