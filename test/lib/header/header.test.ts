import assert from 'node:assert/strict';
import { decodeSegment, layoutFor } from '../../../layout/index.js';
import { type Header, otherRole } from '../../../lib/header/header.js';
import { headerOf } from '../../support/header-of.js';

describe('Header', () => {
  let bytes: Buffer;
  let header: Header;
  const fields = () => decodeSegment(bytes).header;
  beforeEach(() => {
    bytes = Buffer.from(new ArrayBuffer(layoutFor().segmentSize));
    header = headerOf(bytes);
  });

  it('create() fills a new header in, the magic last', () => {
    assert.ok(header.blank);
    const { store } = Atomics;
    const seen: number[] = [];
    Atomics.store = ((array: Int32Array, index: number, value: number) => {
      const result = store(array, index, value);
      seen.push(fields().magic);
      return result;
    }) as typeof Atomics.store;
    try {
      header.create(250);
    } finally {
      Atomics.store = store;
    }
    assert.ok(seen.length > 3 && seen.slice(0, -1).every((magic) => magic === 0), 'the magic comes last');
    assert.equal(header.fault(), undefined);
    assert.deepEqual([header.blank, header.staleThresholdMs, header.generation], [false, 250, 1]);
    assert.deepEqual([fields().masterPid, fields().masterAlive, fields().slaveAlive], [process.pid, 1, 0]);
  });

  it('claim() and leave() mark and clear one role', () => {
    bytes.writeBigUInt64LE(77n, layoutFor().header.slaveHeartbeat);
    header.claim('slave', header.identity('slave'));
    assert.deepEqual(
      [header.flagged('slave'), header.pid('slave'), header.heartbeat('slave')],
      [true, process.pid, 0n],
    );
    assert.deepEqual([header.flagged('master'), header.generation], [false, 0]);
    header.leave('slave');
    assert.deepEqual([header.flagged('slave'), header.pid('slave')], [false, process.pid]);
    header.claim('master', header.identity('master'));
    header.claim('master', header.identity('master'));
    assert.equal(header.generation, 2);
  });

  it('claim() enters once for each identity, and leaves a role flagged for whoever comes too late', () => {
    for (const role of ['master', 'slave'] as const) {
      bytes.writeBigUInt64LE(77n, layoutFor().header[`${role}Heartbeat`]);
      const seen = header.identity(role);
      assert.equal(header.claim(role, seen), header.identity(role));
      assert.notEqual(header.identity(role), seen);
      assert.deepEqual(
        [header.flagged(role), header.pid(role), header.heartbeat(role)],
        [true, process.pid, 0n],
      );
      bytes.writeBigUInt64LE(5n, layoutFor().header[`${role}Heartbeat`]);
      assert.equal(header.claim(role, seen), undefined, 'too late');
      assert.equal(header.heartbeat(role), 5n, 'which changes nothing');
    }
    assert.equal(header.generation, 1);
    bytes.writeUInt32LE(2 ** 32 - 1, layoutFor().header.masterGeneration);
    assert.equal(header.claim('master', header.identity('master')), 0);
    assert.equal(header.generation, 0, 'wraps');
  });

  it('seize() settles who comes first and marks nobody', () => {
    bytes.writeBigUInt64LE(77n, layoutFor().header.masterHeartbeat);
    const seen = header.identity('master');
    assert.ok(header.seize('master', seen));
    assert.ok(!header.seize('master', seen), 'too late');
    assert.equal(header.claim('master', seen), undefined, 'too late');
    assert.deepEqual(
      [header.flagged('master'), header.pid('master'), header.heartbeat('master')],
      [true, 0, 77n],
    );
  });

  it('create() enters no segment that another start has decided to remove', () => {
    header.seize('master', 0);
    assert.equal(header.create(100), false);
    assert.ok(header.blank, 'no magic');
  });

  it('reads words as unsigned, whatever they hold', () => {
    bytes.fill(0xff);
    assert.equal(header.heartbeat('master'), 2n ** 64n - 1n);
    assert.deepEqual(
      [header.staleThresholdMs, header.generation, header.pid('slave')],
      [2 ** 32 - 1, 2 ** 32 - 1, -1],
    );
    assert.match(header.fault() ?? '', /magic is 0xFFFFFFFF/);
    header.claim('master', header.identity('master'));
    assert.equal(header.generation, 0, 'wraps');
  });

  it('otherRole() is the other one', () => {
    assert.deepEqual([otherRole('master'), otherRole('slave')], ['slave', 'master']);
  });
});
