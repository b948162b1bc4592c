import assert from 'node:assert/strict';
import type { Channel } from '../../../../lib/cli/looking/inspect.js';
import { notRead, Traffic } from '../../../../lib/cli/looking/traffic.js';
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
});

describe('notRead()', () => {
  it('adds up what is unread both ways; more reads than writes are none', () => {
    const channel = counted(10n, 4n);
    assert.equal(notRead(channel), 6n);
    Object.assign(channel.content.slaveToMaster, { writeCount: 5n, readCount: 2n });
    assert.equal(notRead(channel), 9n);
    Object.assign(channel.content.slaveToMaster, { writeCount: 5n, readCount: 50n });
    assert.equal(notRead(channel), 6n);
  });
});
