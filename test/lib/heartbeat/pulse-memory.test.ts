import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layoutFor } from '../../../layout/index.js';
import { FIELDS_OF } from '../../../lib/header/header.js';
import { memoryOf } from '../../../lib/heartbeat/pulse-memory.js';
import { createTable, Slot, slotAt } from '../../../lib/heartbeat/table.js';

const { headerSize, segmentSize, masterToSlave, channel } = layoutFor();
const { heartbeat, alive } = FIELDS_OF.slave;

describe('the memory of a pulse in a file', () => {
  let folder: string;
  let path: string;
  let fd: number;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'eshm-pulse-'));
    path = join(folder, 'file');
    writeFileSync(path, Buffer.alloc(segmentSize));
    fd = openSync(path, 'r+');
  });

  afterEach(() => {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  });

  /** A slave's. */
  function memory() {
    const table = createTable(1);
    const at = slotAt(0);
    table[at + Slot.file] = fd + 1;
    table[at + Slot.size] = segmentSize;
    table[at + Slot.headerSize] = headerSize;
    table[at + Slot.ownHeartbeat] = heartbeat;
    table[at + Slot.ownAlive] = alive;
    table[at + Slot.peerHeartbeat] = FIELDS_OF.master.heartbeat;
    table[at + Slot.sequence] = masterToSlave;
    table[at + Slot.writeCount] = masterToSlave + channel.writeCount;
    return memoryOf(table, at, () => assert.fail('nothing is mapped'));
  }

  it('puts what changed in it into the file', () => {
    const pulse = memory();
    pulse.longs[heartbeat >>> 3] = 0x1ffn;
    pulse.words[alive >>> 2] = 1;
    pulse.push();
    const file = readFileSync(path);
    assert.equal(file.readBigUInt64LE(heartbeat), 0x1ffn);
    assert.equal(file.readUInt32LE(alive), 1);
  });

  it('brings a beat of the other side up to date with one look, and leaves all else for the next with care', () => {
    const pulse = memory();
    const file = Buffer.alloc(segmentSize);
    const peer = FIELDS_OF.master.heartbeat;
    const put = (beat: bigint) => {
      file.writeBigUInt64LE(beat, peer);
      writeFileSync(path, file);
    };
    put(8n);
    assert.equal(pulse.pullQuietly(), true);
    assert.equal(pulse.longs[peer >>> 3], 8n);
    put(0x100n);
    assert.equal(pulse.pullQuietly(), false, 'a carry could be half done');
    assert.equal(pulse.longs[peer >>> 3], 8n);
    pulse.pull(true, false);
    assert.equal(pulse.longs[peer >>> 3], 0x100n);
    put(0x108n);
    assert.equal(pulse.pullQuietly(), true);
    for (let at = 0; at < headerSize; at++) {
      if (at === peer) continue;
      file[at]! ^= 1;
      writeFileSync(path, file);
      assert.equal(pulse.pullQuietly(), false, `byte ${at}`);
      file[at]! ^= 1;
    }
    writeFileSync(path, file);
    assert.equal(pulse.pullQuietly(), true);
    writeFileSync(path, Buffer.alloc(headerSize - 1));
    assert.equal(pulse.pullQuietly(), false, 'it was cut');
  });

  it('keeps a beat that is not in the file yet through a look at the channel', () => {
    const pulse = memory();
    pulse.longs[heartbeat >>> 3] = 7n;
    pulse.words[alive >>> 2] = 1;
    const others = Buffer.alloc(segmentSize);
    others.writeBigUInt64LE(5n, FIELDS_OF.master.heartbeat);
    writeFileSync(path, others);
    assert.equal(pulse.pullChannel(), true);
    assert.equal(pulse.longs[FIELDS_OF.master.heartbeat >>> 3], 5n, "the other side's is up to date");
    assert.equal(pulse.longs[heartbeat >>> 3], 7n);
    assert.equal(pulse.words[alive >>> 2], 1);
    pulse.push();
    assert.equal(readFileSync(path).readBigUInt64LE(heartbeat), 7n);
  });
});
