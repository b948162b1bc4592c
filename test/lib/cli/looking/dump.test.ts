import assert from 'node:assert/strict';
import { dumpChannel } from '../../../../lib/cli/looking/dump.js';
import type { Channel } from '../../../../lib/cli/looking/inspect.js';
import { segmentVectors } from '../../../support/vectors.js';
import { channelOf, fileStatOf, sideOf, statOf } from '../samples.js';

const LIMITS = { width: 80, rows: 4 };
const RATES = {
  masterBeats: 1000.4,
  slaveBeats: 0,
  m2sWrites: 50.55,
  m2sReads: 50,
  s2mWrites: 0,
  s2mReads: 1,
  missed: 0,
};

const dump = (channel: Channel, rates?: typeof RATES, limits = LIMITS) =>
  dumpChannel('robot', channel, rates, limits).join('\n');

describe('dumpChannel()', () => {
  it('shows where the segment is, who is in it, and what its header says', () => {
    const text = dump(channelOf('master-slave-live.bin'));
    assert.match(text, /^robot {2}live\n/);
    assert.match(text, /^segment {3}key 0x0764801e \(124026910\), id 12, 8,576 B$/m);
    assert.match(text, /^access {4}mode 0666, owner root, 2 attached, age \d+d$/m);
    assert.match(text, /^header {4}version 2, generation 1, stale after 100 ms$/m);
    assert.match(text, /^master {4}4470 robot, beating, beat 108$/m);
    assert.match(text, /^slave {5}4473 arm, beating, beat 107$/m);
  });

  it('shows where a file is, which nobody counts attachments of', () => {
    const text = dump(channelOf('master-slave-live.bin', { stat: fileStatOf('robot\x1b') }));
    assert.match(text, /^file {6}\/dev\/shm\/eshm_robot\\x1b, inode 12, 8,576 B$/m);
    assert.match(text, /^access {4}mode 0666, owner root, age \d+d$/m);
  });

  it('shows the counters of both channels, and rates where there are any', () => {
    const text = dump(channelOf('master-slave-live.bin'));
    assert.match(text, /^written +3 +3$/m);
    assert.match(text, /^read +3 +3$/m);
    assert.match(text, /^not read +0 +0$/m);
    assert.match(text, /^sequence +6 even +6 even$/m);
    assert.equal(text.match(/^ {2}rate +- +-$/gm)?.length, 2);
    const moving = dump(channelOf('master-slave-live.bin'), RATES);
    assert.match(moving, /^written.*\n {2}rate +50\.5\/s +0\.0\/s\nread.*\n {2}rate +50\.0\/s +1\.0\/s$/m);
    assert.match(moving, /beating, 1000 beats\/s, beat 108$/m);
  });

  it('says in words what became of each side', () => {
    const gone = channelOf('master-fresh.bin', {
      state: 'stale',
      master: sideOf({ beating: false, process: undefined }),
      slave: sideOf({ beating: false, flagged: false, pid: 0, process: undefined }),
    });
    assert.match(dump(gone), /^robot {2}stale\n/);
    assert.match(dump(gone), /^master {4}4470 \(gone\), stale, beat 0$/m);
    assert.match(dump(gone), /^slave {5}-, never started, beat 0$/m);
    const left = channelOf('master-slave-live.bin', { slave: sideOf({ beating: false, flagged: false }) });
    assert.match(dump(left), /^slave {5}4470 robot, left, /m);
    const removed = channelOf('master-slave-live.bin', { stat: statOf({ removed: true }) });
    assert.match(dump(removed), /^robot {2}live, removed$/m);
    assert.match(dump(removed), /^removed {3}its key is free .* the last of 2 attachments$/m);
  });

  it('says where the slot size comes from', () => {
    for (const [basis, text] of [
      ['given', '4,096 bytes (--max-data-size)'],
      ['counters', '4,096 bytes or up to 7 less (from size and counters, see --help)'],
      ['assumed', '4,096 bytes (from the segment size, see --help)'],
    ] as const) {
      const channel = channelOf('master-fresh.bin', { dataSize: { maxDataSize: 4096, basis } });
      assert.ok(dump(channel).includes(`slot      ${text}\n`), text);
    }
  });

  it('shows a message as text where a person can read it, else as a hex dump, cut to rows', () => {
    const text = dump(channelOf('master-wrote-21.bin'));
    assert.match(text, /master to slave, newest message, 21 B:\n {2}Hello from master #0\\0$/m);
    assert.match(text, /slave to master: nothing written yet$/);
    const long = dump(channelOf('master-wrote-4096.bin'), undefined, { width: 80, rows: 2 });
    assert.match(
      long,
      /4,096 B:\n {2}00000000 {2}03 0a 11 .*\|\n {2}00000010 .*\|\n {2}\.\.\. 254 more lines/,
    );
    assert.match(dump(channelOf('master-wrote-0.bin')), /newest message, 0 B: empty$/m);
  });

  it('says when a write is under way or a size is damaged, without failing on it', () => {
    const channel = channelOf('master-wrote-21.bin');
    const { masterToSlave } = channel.content;
    masterToSlave.sequence = 5;
    assert.match(dump(channel), /^sequence +5 odd +0 even$/m);
    assert.match(
      dump(channel),
      /newest message, 21 B \(odd sequence: a write is under way, or its writer died in it\):/,
    );
    masterToSlave.dataSize = 5000;
    assert.match(dump(channel), /\(damaged: claims 5000 bytes in a slot of 21\)/);
  });

  it('never lets a message drive the terminal, and keeps it within the width', () => {
    const channel = channelOf('master-wrote-21.bin');
    for (const text of ['\x1b]0;owned\x07', `${'wide '.repeat(100)}\n`, 'ü🙂'.repeat(100), '\u202eabc']) {
      channel.content.masterToSlave.data = Buffer.from(text);
      channel.content.masterToSlave.dataSize = Buffer.byteLength(text);
      for (const width of [1, 20, 80]) {
        const lines = dumpChannel('robot', channel, undefined, { width, rows: 100 });
        const message = lines.slice(lines.findIndex((line) => line.includes('newest message')) + 1);
        for (const line of message.slice(0, -1)) assert.ok([...line].length <= Math.max(width, 3), line);
        assert.doesNotMatch(lines.join(''), /[\p{Cc}\p{Cf}]/u);
      }
    }
  });

  for (const { file, header, master_to_slave: down } of segmentVectors) {
    it(`decodes ${file}`, () => {
      const text = dump(channelOf(file));
      assert.ok(
        text.includes(`generation ${header.master_generation}, stale after ${header.stale_threshold} ms`),
      );
      assert.match(text, new RegExp(`^written +${down.write_count} `, 'm'));
      assert.match(text, new RegExp(`^read +${down.read_count} `, 'm'));
    });
  }
});
