import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import type { ShmStat } from '../../../lib/cli/looking/objects.js';
import { shellWord, startMaster, Target } from '../../../lib/cli/target.js';
import { Eshm } from '../../../lib/index.js';
import { uniqueName } from '../../support/channels.js';

describe('Target', () => {
  it('is one of name, key and id', () => {
    for (const [name, options] of [
      [undefined, {}],
      ['robot', { key: 1 }],
      ['robot', { id: 1 }],
      [undefined, { key: 1, id: 1 }],
    ] as const) {
      assert.throws(() => new Target('stat', name, options), {
        name: 'RangeError',
        message: /^Cannot stat: expected one of NAME, --key and --id; see eshm stat --help$/,
      });
    }
  });

  it('shows itself as the user called it, safe to print', () => {
    assert.equal(`${new Target('stat', 'eshm1', {})}`, "'eshm1'");
    assert.equal(`${new Target('stat', undefined, { key: -1 })}`, 'key 0xffffffff');
    assert.equal(`${new Target('stat', undefined, { id: 0 })}`, 'segment 0');
    assert.match(`${new Target('stat', '\x1b[2J', {})}`, /^'\\x1b\[2J'$/);
  });

  it('finds the segment by name, key and id, and says what to do about one that is missing', () => {
    const name = uniqueName('target');
    const byName = new Target('stat', name, {});
    assert.deepEqual(byName.find(), []);
    const missing = byName.missing('stat');
    assert.equal(missing.code, 'ESHM_SHM_ATTACH');
    assert.ok(
      missing.message.endsWith(`start a master first, for example \`eshm send ${name} --role master\``),
    );
    using master = Eshm.open(name, { role: 'master', shm: 'system-v' });
    const [{ id, key }] = byName.find() as [ShmStat];
    assert.equal(key, master.key);
    assert.equal(new Target('stat', undefined, { key }).find()[0]?.id, id);
    assert.equal(new Target('stat', undefined, { id }).find()[0]?.key, key);
    assert.match(
      new Target('rm', undefined, { id: 2 ** 31 - 1 }).missing('rm').message,
      /see `eshm ls --all`/,
    );
  });
});

describe('shellWord()', () => {
  it('leaves plain words alone', () => {
    assert.equal(startMaster('robot'), '`eshm send robot --role master`');
    assert.equal(startMaster(), '`eshm send NAME --role master`');
    assert.equal(shellWord("it's"), "'it'\\''s'");
    assert.equal(shellWord('-n'), "'-n'");
  });

  it('gives the shell what was meant, for every name that prints', () => {
    const printable = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 12 });
    const names = fc.sample(
      printable.filter((name) => !name.includes('\\')),
      100,
    );
    const script = names.map((name) => `printf '%s\\n' ${shellWord(name)}`).join('\n');
    const { stdout } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    assert.deepEqual(stdout.split('\n').slice(0, -1), names);
  });
});
