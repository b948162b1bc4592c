import assert from 'node:assert/strict';
import { overwritten, plural, showHealth, showSide, toJson } from '../../../../lib/cli/printing/report.js';
import { channelOf, otherOf, sideOf } from '../samples.js';

describe('report', () => {
  it('shows a side by process id and name', () => {
    assert.equal(showSide(sideOf()), '4470 robot');
    assert.equal(showSide(sideOf({ process: undefined })), '4470 (gone)');
    assert.equal(showSide(sideOf({ pid: 0 })), '-');
  });

  it('has a word for the health of a side', () => {
    assert.equal(showHealth(sideOf()), 'beating');
    assert.equal(showHealth(sideOf({ beating: false })), 'stale');
    assert.equal(showHealth(sideOf({ beating: false, flagged: false })), 'left');
    assert.equal(showHealth(sideOf({ beating: false, flagged: false, pid: 0 })), 'never started');
  });

  it('counts things', () => {
    assert.equal(plural(0, 'segment'), '0 segments');
    assert.equal(plural(1, 'segment'), '1 segment');
    assert.equal(plural(1234, 'segment'), '1,234 segments');
    assert.equal(overwritten(1, 'seen'), '1 message overwritten before it was seen');
    assert.equal(overwritten(1234, 'read'), '1,234 messages overwritten before they were read');
  });

  it('makes JSON of a channel, with the message as text and as bytes', () => {
    const json = JSON.parse(JSON.stringify(toJson(channelOf('master-wrote-21.bin'))));
    const { masterToSlave, master, ...rest } = json;
    assert.deepEqual(
      [rest.key, rest.keyHex, rest.id, rest.mode, rest.state, rest.generation, rest.staleThresholdMs],
      [0x0764801e, '0x0764801e', 12, 0o666, 'live', 1, 100],
    );
    assert.deepEqual([rest.maxDataSize, rest.maxDataSizeBasis], [4096, 'assumed']);
    assert.deepEqual(master, { pid: 4470, process: 'robot', alive: true, beating: true, heartbeat: 0 });
    assert.deepEqual([masterToSlave.sequence, masterToSlave.stable, masterToSlave.writeCount], [2, true, 1]);
    assert.equal(masterToSlave.text, 'Hello from master #0\\0');
    assert.equal(Buffer.from(masterToSlave.base64, 'base64').toString(), 'Hello from master #0\0');
  });

  it('says in JSON that a message is damaged', () => {
    const channel = channelOf('master-wrote-21.bin');
    const damaged = () => (toJson(channel).masterToSlave as { damaged: unknown }).damaged;
    assert.equal(damaged(), false);
    channel.content.masterToSlave.dataSize = 4097;
    assert.equal(damaged(), true);
  });

  it('makes JSON of what is no channel, with the reason safe to print', () => {
    const json = toJson({ ...otherOf('foreign'), reason: 'odd \x1b name' });
    assert.deepEqual([json.state, json.reason, json.master], ['foreign', 'odd \\x1b name', undefined]);
  });

  it('keeps counters that a JSON number cannot hold as digits', () => {
    const channel = channelOf('master-fresh.bin');
    channel.content.slaveToMaster.writeCount = 2n ** 64n - 1n;
    assert.equal(
      (toJson(channel).slaveToMaster as { writeCount: unknown }).writeCount,
      '18446744073709551615',
    );
  });
});
