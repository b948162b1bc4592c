import assert from 'node:assert/strict';
import { Eshm } from '../../../../lib/index.js';
import { contentOf } from '../../../../lib/observe/index.js';
import { uniqueName } from '../../../support/channels.js';
import { rawImage } from '../../../support/raw-memory.js';

describe('who looks at a file that a master of ours has made', () => {
  it('sees how many messages there were, without the time in the high half of the count', () => {
    const name = uniqueName('counts');
    using master = Eshm.open(name, { role: 'master', shm: 'posix' });
    using slave = Eshm.open(name, { role: 'slave', shm: 'posix' });
    for (const word of ['one', 'two']) {
      master.write(word);
      slave.readSync();
    }
    const { masterToSlave } = contentOf(rawImage(name, 'posix')!, 4096);
    assert.deepEqual([masterToSlave.writeCount, masterToSlave.readCount], [2n, 2n]);
    using observer = Eshm.observe(name);
    const { m2s } = observer.state(name)!;
    assert.deepEqual([m2s.writeCount, m2s.readCount], [2n, 2n]);
  });
});
