/** Segments that vanish under our feet, or belong to somebody else. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { deriveKey, layoutFor } from '../../layout/index.js';
import { Eshm } from '../../lib/index.js';
import { Segment } from '../../syscalls/index.js';
import { codeOf } from '../lib/recording.js';
import { uniqueName } from '../peers/helpers.js';
import { NOBODY, needsAnotherUser } from '../support/needs.js';
import { builtUrl } from '../support/run-node.js';

const library = builtUrl('lib/index.js');

describe('segments of others', () => {
  let name: string;
  const made: Segment[] = [];

  beforeEach(() => {
    name = uniqueName('strangers');
  });

  afterEach(() => {
    for (const segment of made.splice(0)) {
      segment.remove();
      segment.detach();
    }
  });

  it('a segment that is removed under their feet still serves those who are in it', () => {
    const master = Eshm.open(name, { role: 'master' });
    const slave = Eshm.open(name, { role: 'slave' });
    Segment.remove(Segment.find(deriveKey(name)));
    master.write('down');
    slave.write('up');
    assert.equal(slave.readSync().toString(), 'down');
    assert.equal(master.readSync().toString(), 'up');
    assert.equal(
      codeOf(() => Eshm.open(name, { role: 'slave' })),
      'ESHM_SHM_ATTACH',
    );
    const next = Eshm.open(name, { role: 'master' });
    assert.equal(next.stats().masterGeneration, 1, 'another segment');
    slave.close();
    master.close();
    next.write('still there');
    next.close();
  });

  for (const size of [1, 127, 128, 4096, 8575, 8577, 65536]) {
    it(`a segment of ${size} bytes is refused, and left alone where somebody uses it`, () => {
      const segment = Segment.create(deriveKey(name), size, 0o600);
      made.push(segment);
      assert.equal(
        codeOf(() => Eshm.open(name, { role: 'slave' })),
        'ESHM_SHM_ATTACH',
      );
      assert.equal(
        codeOf(() => Eshm.open(name, { role: 'master' })),
        'ESHM_SHM_CREATE',
      );
      assert.equal(Segment.find(deriveKey(name)), segment.id);
      const master = Eshm.open(name, { role: 'master', force: true });
      assert.notEqual(Segment.find(deriveKey(name)), segment.id);
      master.close();
    });
  }

  describe('of another user', () => {
    before(function () {
      needsAnotherUser(this);
    });

    /** What `open` says to user nobody, as `code errnoName: message`, or `opened`. */
    function asNobody(options: string): string {
      const program = `import { Eshm } from ${JSON.stringify(library)};
        try { Eshm.open(${JSON.stringify(name)}, ${options}).close(); console.log('opened'); }
        catch (error) { console.log(error.code, error.errnoName + ': ' + error.message); }`;
      const result = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
        encoding: 'utf8',
        uid: NOBODY,
        gid: NOBODY,
        cwd: '/',
        timeout: 20_000,
        env: { PATH: process.env.PATH },
      });
      assert.equal(result.signal, null, result.stderr);
      return result.stdout.trim() || result.stderr;
    }

    for (const [what, mode] of [
      ['mode 0600', 0o600],
      ['mode 0444, which may only be read,', 0o444],
    ] as const) {
      for (const role of ['slave', 'master', 'auto']) {
        it(`${what} is EACCES with advice for a ${role}`, () => {
          made.push(Segment.create(deriveKey(name), layoutFor().segmentSize, mode));
          const said = asNobody(`{ role: '${role}' }`);
          assert.match(said, /^ESHM_SHM_(ATTACH|CREATE) EACCES: Cannot open/);
          assert.match(said, /mode/);
          assert.match(said, /run as its owner|wider mode/);
        });
      }
    }

    it('mode 0666 is for everybody, unless ownerOnly', () => {
      const master = Eshm.open(name, { role: 'master' });
      try {
        assert.equal(asNobody(`{ role: 'slave' }`), 'opened');
        const said = asNobody(`{ role: 'slave', ownerOnly: true }`);
        assert.match(said, /^ESHM_SHM_ATTACH undefined: .*belongs to uid 0 .*expected 65534 \(ownerOnly\)/);
      } finally {
        master.close();
      }
    });

    it('a master with ownerOnly makes a segment that nobody else can open', () => {
      const master = Eshm.open(name, { role: 'master', ownerOnly: true });
      try {
        assert.match(asNobody(`{ role: 'slave' }`), /EACCES/);
        assert.match(asNobody(`{ role: 'master' }`), /EACCES/);
      } finally {
        master.close();
      }
    });
  });
});
