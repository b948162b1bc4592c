import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repoRoot } from '../support/repo-root.js';

/*
 * lib/channel/seqlock.ts claims that V8 emits plain typed-array accesses in program order. Here the claim is checked for the
 * Node that runs the tests: the machine code of the two hot functions, as the optimising compiler printed it, reduced to
 * a letter for each access to the segment.
 */

const run = promisify(execFile);

/** The instructions of the optimised function `name` whose source contains `mark`; the newest, if there are several. */
async function optimisedCode(name: string, mark: string, order: string): Promise<string[]> {
  const driver = join(repoRoot, 'dist/test/codegen/driver.js');
  const flags = ['--no-use-osr', '--print-opt-code', `--print-opt-code-filter=${name}`];
  const { stdout } = await run(process.execPath, [...flags, driver, order], {
    maxBuffer: 1 << 28,
    env: { ...process.env, NODE_V8_COVERAGE: '' },
  });
  const functions = stdout.split('--- Raw source ---').filter((text) => text.includes(mark));
  const newest = functions.findLast((text) => /compiler = turbofan/.test(text));
  assert.ok(newest, `node ${process.version} printed no optimised code of ${name}`);
  const instructions = newest.slice(newest.indexOf('\nInstructions'));
  const lines = instructions
    .slice(0, instructions.search(/\n(Deoptimization Input|Safepoints|RelocInfo)/))
    .split('\n');
  // What is behind the return are the rare cases.
  return lines.slice(0, lines.findIndex((line) => /\sret(l|q)?\b/.test(line)) + 1 || undefined);
}

/** Memory that is not the stack (rbp, rsp), the roots (r13) or a field of an object (an odd displacement). */
const ARRAY = String.raw`\[(?!rbp|rsp|r13)\w+(?:\+\w+\*\d)?(?:\+0x[0-9a-f]*[048c])?\]`;

function letters(code: readonly string[], kinds: Readonly<Record<string, RegExp>>): string {
  return code.flatMap((line) => Object.keys(kinds).filter((letter) => kinds[letter]!.test(line))).join('');
}

const STORES = {
  w: new RegExp(String.raw`\smovl ${ARRAY},`),
  d: new RegExp(String.raw`\sv?movsd ${ARRAY},`),
  b: new RegExp(String.raw`\smovb ${ARRAY},`),
  A: /call .*\(AtomicsStore\)|xchgl /,
};

const LOADS = {
  A: /call .*\(AtomicsLoad\)/,
  w: new RegExp(String.raw`\smovl \w+,${ARRAY}`),
  d: new RegExp(String.raw`\sv?movsd xmm\d+,${ARRAY}`),
};

describe('machine code of the hot path', () => {
  for (const [order, publish] of [
    ['atomics', 'A'],
    ['plain', 'w'],
  ] as const) {
    it(`a write stores the odd sequence, the payload, its size, the even sequence, the count (${order})`, async () => {
      const found = letters(await optimisedCode('write', 'beginWrite(', order), STORES);
      assert.match(found, new RegExp(`^wd+b+w${publish}w$`));
    });
  }

  it('a read loads the sequence, the payload, and the sequence again', async () => {
    const found = letters(await optimisedCode('#take', 'retryRead(', 'atomics'), LOADS);
    // The end of the last message, a look at the sequence, the sequence, the writer, the size.
    assert.match(found, /^wwwwwd+A/);
  });

  it('a read leaves its receipt, the message and the count, before it counts', async () => {
    const code = await optimisedCode('#take', 'retryRead(', 'atomics');
    const validated = code.findLastIndex((line) => LOADS.A.test(line));
    const stores = code.slice(validated).filter((line) => STORES.w.test(line));
    // `readCount` has its high half behind it, and then the receipt: all through one register.
    const offsets = stores.map((line) => Number(/\+(0x[0-9a-f]+)\],/.exec(line)?.[1] ?? 0));
    assert.deepEqual(
      offsets,
      [2, 3, 0].map((word) => 4 * word),
      stores.join('\n'),
    );
  });
});
