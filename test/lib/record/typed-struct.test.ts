import assert from 'node:assert/strict';
import { join } from 'node:path';
import { repoRoot } from '../../support/repo-root.js';
import { builtUrl, runNode } from '../../support/run-node.js';

/** A program that has a record and says whether typed-struct is loaded. */
const program = (rest: string) => `
  import nodeModule from 'node:module';
  import { array, f64, record, text } from '${builtUrl('lib/record/index.js')}';
  const require = nodeModule.createRequire('${join(repoRoot, 'none.js')}');
  const isLoaded = () => Object.keys(require.cache).some((file) => file.includes('/typed-struct/'));
  const Pose = record('Pose', { x: f64, q: array(f64, 2), name: text(3) });
  ${rest}`;

describe('typed-struct', () => {
  it('is loaded when the struct of a record is asked for, and not before', async () => {
    const { code, stdout, stderr } = await runNode(
      program(`
        Pose.decode(Pose.encode({ x: 1, q: [2, 3], name: 'abc' }));
        console.log(isLoaded());
        console.log(Pose.struct.baseSize, Pose.struct === Pose.struct, isLoaded());`),
    );
    assert.equal(code, 0, stderr);
    assert.equal(stdout, 'false\n32 true true\n');
  });

  it('reads and writes texts in the turn in which it was loaded, and later', async () => {
    const { code, stdout, stderr } = await runNode(
      program(`
        const bytes = Buffer.from(Pose.encode({ x: 1, q: [2, 3], name: 'ab' }));
        const overlay = new Pose.struct(bytes);
        console.log(overlay.name);
        overlay.name = 'xyz';
        console.log(Pose.decode(bytes).name);
        setTimeout(() => console.log(overlay.name), 50);`),
    );
    assert.equal(code, 0, stderr);
    assert.equal(stdout, 'ab\nxyz\nxyz\n');
  });

  it('reads and writes texts also where somebody else loaded it in this turn', async () => {
    const { code, stdout, stderr } = await runNode(
      program(`
        require('typed-struct');
        const overlay = new Pose.struct(Buffer.from(Pose.encode({ x: 1, q: [2, 3], name: 'ab' })));
        console.log(overlay.name);`),
    );
    assert.equal(code, 0, stderr);
    assert.equal(stdout, 'ab\n');
  });

  it('is asked for in an error where it is not there', async () => {
    const { code, stdout, stderr } = await runNode(
      program(`
          nodeModule.createRequire = () => { throw new Error('nowhere'); };
          try { Pose.struct; } catch (error) { console.log(error.message); }`),
    );
    assert.equal(code, 0, stderr);
    assert.match(
      stdout,
      /^Cannot make the struct of Pose: typed-struct is not found, expected it in a node_modules in reach/,
    );
  });
});
