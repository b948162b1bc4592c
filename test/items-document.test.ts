import assert from 'node:assert/strict';
import { codeBlocks, Programs } from './support/documents.js';

/** Channels of this run's own, in any language. */
const withOwnName = (code: string) => code.replace(/'(items-[a-z]+)'/g, `'$1-${process.pid}'`);

describe('docs/items.md', function () {
  this.timeout(120_000);
  let programs: Programs;
  before(() => {
    programs = new Programs();
  });
  after(() => programs.dispose());

  it('every program of its own runs and prints what its comment says', async () => {
    const alone = codeBlocks('docs/items.md', 'js').filter((code) => code.includes("'items-"));
    assert.ok(alone.length >= 1);
    for (const code of alone) {
      const { code: exit, output } = await programs.run(withOwnName(code));
      assert.equal(exit, 0, output);
      const expected = [...code.matchAll(/^console\.log\(.*\); \/\/ (.+)$/gm)].map(([, said]) => `${said}\n`);
      assert.equal(output, expected.join(''));
    }
  });
});
