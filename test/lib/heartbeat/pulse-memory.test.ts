import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layoutFor } from '../../../layout/index.js';
import { FIELDS_OF } from '../../../lib/header/header.js';
import { memoryOf } from '../../../lib/heartbeat/pulse-memory.js';
import { createTable, Row, rowAt } from '../../../lib/heartbeat/table.js';
import { offsetsOf } from '../../../lib/heartbeat/words.js';

const { segmentSize } = layoutFor();
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
    const at = rowAt(0);
    table[at + Row.file] = fd + 1;
    table[at + Row.maxDataSize] = layoutFor().maxDataSize;
    return memoryOf(table, at, offsetsOf(table, at), () => assert.fail('nothing is mapped'));
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
