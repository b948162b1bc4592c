import assert from 'node:assert/strict';
import type { Channel } from '../../../../lib/cli/looking/inspect.js';
import { Traffic } from '../../../../lib/cli/looking/traffic.js';
import { channelOf } from '../samples.js';

/** A channel with these counts from the master to the slave. */
function counted(writeCount: bigint, readCount: bigint, masterHeartbeat = 0n): Channel {
  const channel = channelOf('master-fresh.bin');
  Object.assign(channel.content.masterToSlave, { writeCount, readCount });
  channel.content.header.masterHeartbeat = masterHeartbeat;
  return channel;
}

describe('Traffic', () => {
  it('has no rates at the first look, then events per second', () => {
    const traffic = new Traffic();
    assert.equal(traffic.take(counted(100n, 90n, 5n), 1_000), undefined);
    assert.deepEqual(traffic.take(counted(150n, 100n, 2005n), 3_000), {
      masterBeats: 1000,
      slaveBeats: 0,
      m2sWrites: 25,
      m2sReads: 5,
      s2mWrites: 0,
      s2mReads: 0,
      missed: 19.5,
    });
    assert.equal(traffic.take(counted(150n, 100n), 3_500)?.m2sWrites, 0);
  });

  it('counts from 0 where a counter ran backwards', () => {
    const traffic = new Traffic();
    traffic.take(counted(100n, 0n), 0);
    assert.equal(traffic.take(counted(30n, 0n), 1_000)?.m2sWrites, 30);
  });

  it('stays finite for two looks at one moment', () => {
    const traffic = new Traffic();
    traffic.take(counted(0n, 0n), 7);
    assert.equal(traffic.take(counted(2n, 0n), 7)?.m2sWrites, 2000);
  });

  it('counts as lost what a reader that is there did not come to, from when it came, and not what waits', () => {
    const traffic = new Traffic();
    const read = (writes: bigint, reads: bigint, isThere = true) => {
      const channel = counted(writes, reads);
      Object.assign(channel.slave, { pid: 7, flagged: isThere, beating: isThere });
      Object.assign(channel.master, { beating: false });
      return channel;
    };
    assert.equal(traffic.take(read(1_000_000n, 0n, false), 0), undefined);
    assert.equal(traffic.take(read(1_500_000n, 0n, false), 1000)?.missed, undefined);
    assert.equal(traffic.take(read(1_500_000n, 0n), 2000)?.missed, 0);
    assert.equal(traffic.take(read(1_500_100n, 99n), 3000)?.missed, 0);
    assert.equal(traffic.take(read(1_500_200n, 159n), 4000)?.missed, 40);
    assert.equal(traffic.take(read(1_500_300n, 260n), 5000)?.missed, 0);
    assert.equal(traffic.take(read(1_500_400n, 260n, false), 6000)?.missed, undefined);
  });
});
