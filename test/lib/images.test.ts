/** What our master and slave leave in memory is what the original left: test/vectors, pids and heartbeats aside. */
import assert from 'node:assert/strict';
import { layoutFor } from '../../layout/index.js';
import { Eshm, type EshmOptions } from '../../lib/index.js';
import { assertNothingLeft, imageOf, removeLeftovers, uniqueName, until } from '../support/channels.js';
import { builtUrl, ended, killChildren, startNode } from '../support/run-node.js';
import { readImage } from '../support/vectors.js';

const text = (string: string) => Buffer.from(`${string}\0`);
const pattern = (length: number, step: number, start: number) =>
  Uint8Array.from({ length }, (_, i) => (step * i + start) & 255);

/** Bytes of the header that no two runs share. */
const { masterPid, slaveHeartbeat, masterHeartbeat, slavePid } = layoutFor().header;

/** What our readers leave in what is padding to the original, which never looks there: receipts. */
function receiptsIn(image: Buffer): number[] {
  const layout = [4096, 1000, 8192].map(layoutFor).find(({ segmentSize }) => segmentSize === image.length)!;
  const { masterToSlave, slaveToMaster, channel } = layout;
  return [masterToSlave, slaveToMaster].map((at) => at + channel.receiptSequence);
}

/** Three words. */
const RECEIPT_SIZE = 12;

function assertImage(actual: Buffer, file: string, { heartbeats = false } = {}): void {
  const blank = (image: Buffer) => {
    image.writeInt32LE(0, masterPid);
    image.writeInt32LE(0, slavePid);
    for (const at of receiptsIn(image)) image.fill(0, at, at + RECEIPT_SIZE);
    if (heartbeats) image.fill(0, masterHeartbeat, slaveHeartbeat + 8);
    return image;
  };
  const [got, expected] = [blank(actual), blank(readImage(file))];
  assert.equal(got.length, expected.length, `size of ${file}`);
  const first = got.findIndex((byte, offset) => byte !== expected[offset]);
  assert.equal(first, -1, `${file} differs first at offset ${first}: ${got[first]}, not ${expected[first]}`);
}

describe('segment images of the TypeScript endpoints', () => {
  let name: string;
  const open: Eshm[] = [];
  const endpoint = (role: 'master' | 'slave', options: EshmOptions = {}) => {
    const one = Eshm.open(name, { role, useThreads: false, ...options });
    open.push(one);
    return one;
  };

  beforeEach(() => {
    name = uniqueName('images');
  });
  afterEach(() => {
    killChildren();
    for (const one of open.splice(0)) one.close();
    removeLeftovers();
    assertNothingLeft();
  });

  for (const order of ['atomics', 'plain'] as const) {
    it(`a fresh master, then writes of 21, 4096 and 0 bytes (${order})`, () => {
      const master = endpoint('master', { order });
      assertImage(imageOf(name), 'master-fresh.bin');
      master.write('Hello from master #0\0');
      assertImage(imageOf(name), 'master-wrote-21.bin');
      master.write(pattern(4096, 7, 3));
      assertImage(imageOf(name), 'master-wrote-4096.bin');
      master.write(new Uint8Array(0));
      assertImage(imageOf(name), 'master-wrote-0.bin');
    });
  }

  it('a master that closed without clean-up', () => {
    const master = endpoint('master', { autoCleanup: false, staleThresholdMs: 250 });
    master.write('x');
    master.close();
    assertImage(imageOf(name), 'master-closed-no-cleanup.bin');
  });

  it('a live pair after three messages each way, and then a killed slave', async () => {
    const master = endpoint('master', { useThreads: true });
    const child = startNode(`
      import { Eshm } from '${builtUrl('lib/index.js')}';
      const slave = Eshm.open('${name}', { role: 'slave' });
      for (let i = 0; i < 3; i++) {
        const message = slave.readSync({ timeoutMs: 20000 });
        if (message.toString() !== 'Hello from master #' + i + '\\0') throw new Error('wrong ' + message);
        slave.write('ACK from slave #' + i + '\\0');
      }
      console.log('done');
      setInterval(() => {}, 1000);`);
    const end = ended(child);
    while (!master.remoteAlive) await new Promise((resolve) => setTimeout(resolve, 1));
    for (const number of [0, 1, 2]) {
      master.write(text(`Hello from master #${number}`));
      assert.equal(`${master.readSync({ timeoutMs: 120_000 })}`, `ACK from slave #${number}\0`);
    }
    // A message is counted by its writer after it can be read.
    await until('its count', () => master.stats().s2mWriteCount === 3n);
    const image = imageOf(name);
    assert.deepEqual([image.readInt32LE(masterPid), image.readInt32LE(slavePid)], [process.pid, child.pid]);
    assert.ok(image.readBigUInt64LE(masterHeartbeat) > 0n && image.readBigUInt64LE(slaveHeartbeat) > 0n);
    assertImage(image, 'master-slave-live.bin', { heartbeats: true });
    child.kill('SIGKILL');
    await end;
    assertImage(imageOf(name), 'slave-killed.bin', { heartbeats: true });
  });

  it('a killed master, and a second one that takes over, writes and closes', async () => {
    const child = startNode(`
      import { Eshm } from '${builtUrl('lib/index.js')}';
      globalThis.master = Eshm.open('${name}', { role: 'master', useThreads: false });
      master.write('old\\0');
      console.log('ready');
      setInterval(() => {}, 1000);`);
    const end = ended(child);
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    const slave = endpoint('slave', { autoCleanup: false });
    child.kill('SIGKILL');
    await end;
    assertImage(imageOf(name), 'master-killed.bin', { heartbeats: true });
    const second = endpoint('master');
    assertImage(imageOf(name), 'master-takeover.bin');
    second.write(text('new'));
    assertImage(imageOf(name), 'master-takeover-wrote.bin');
    assert.equal(`${slave.tryRead()}`, 'new\0');
    slave.close();
  });

  it('a master that took over leaves the segment to a slave that is still there', () => {
    const first = endpoint('master', { autoCleanup: false });
    endpoint('slave');
    first.write(text('old'));
    first.close();
    const second = endpoint('master', { autoCleanup: false });
    second.write(text('new'));
    second.close();
    assertImage(imageOf(name), 'master-takeover-closed.bin');
  });

  for (const maxDataSize of [1000, 8192]) {
    it(`a pair with ${maxDataSize} bytes in a message`, () => {
      const master = endpoint('master', { maxDataSize });
      const slave = endpoint('slave', { maxDataSize });
      master.write(Buffer.from([1]));
      master.write(pattern(maxDataSize, 11, 5));
      slave.write(text('pong'));
      assertImage(imageOf(name), `size-${maxDataSize}.bin`);
    });
  }
});
