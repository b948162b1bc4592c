import assert from 'node:assert/strict';
import { deriveKey } from '../../../../layout/index.js';
import { collisionsOf } from '../../../../lib/cli/looking/collisions.js';

const keysOf = (...names: string[]) => names.map((name) => ({ name, key: deriveKey(name) }));

describe('collisionsOf()', () => {
  it('finds different names with one key, and not the same name twice', () => {
    assert.deepEqual(collisionsOf(keysOf('Aa', 'robot', 'B@', 'Aa')), [{ key: 2242, names: ['Aa', 'B@'] }]);
    assert.deepEqual(collisionsOf(keysOf('robot', 'robot', 'camera')), []);
    assert.deepEqual(collisionsOf([]), []);
  });
});
