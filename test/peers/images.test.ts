/** The library leaves the same bytes in memory as the original did: test/vectors, process ids aside. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { size } from '../support/sizes.js';
import { findRepoRoot, type Peers, requirePeers } from './build.js';
import { cleanUp, passOnce, pattern, uniqueName } from './helpers.js';
import { PeerProcess } from './peer-process.js';
import { SHM_KINDS, USUAL_KINDS } from './shm-kind.js';

const PIDS: [number, number] = [24, 32];
const HEARTBEATS: [number, number] = [8, 24];

function vector(file: string): Buffer {
  return readFileSync(join(findRepoRoot(), 'test/vectors', file));
}

function assertImage(actual: Buffer, file: string, { heartbeats = true } = {}): void {
  const blank = (image: Buffer): Buffer => {
    const copy = Buffer.from(image);
    copy.fill(0, ...PIDS);
    return heartbeats ? copy : copy.fill(0, ...HEARTBEATS);
  };
  const [got, expected] = [blank(actual), blank(vector(file))];
  assert.equal(got.length, expected.length, `size of ${file}`);
  const first = got.findIndex((byte, offset) => byte !== expected[offset]);
  assert.equal(first, -1, `${file} differs first at offset ${first}: ${got[first]}, not ${expected[first]}`);
}

const text = (string: string): Buffer => Buffer.from(`${string}\0`);

for (const shm of size({ short: USUAL_KINDS, long: SHM_KINDS })) {
  describe(`segment images of the C++ peer (${shm})`, () => {
    let peers: Peers;

    before(async function () {
      peers = await requirePeers(this, ['c++'], { shm });
    });

    afterEach(() => cleanUp());

    it('a fresh master, then writes of 21, 4096 and 0 bytes', async () => {
      const master = PeerProcess.start(peers);
      await master.open('master', uniqueName('images'), 'threads=0');
      assertImage(await master.dump(), 'master-fresh.bin');
      await master.write(text('Hello from master #0'));
      assertImage(await master.dump(), 'master-wrote-21.bin');
      await master.write(pattern(4096, 7, 3));
      assertImage(await master.dump(), 'master-wrote-4096.bin');
      await master.write(new Uint8Array(0));
      assertImage(await master.dump(), 'master-wrote-0.bin');
    });

    it('a master that closed without clean-up', async () => {
      const name = uniqueName('images');
      const master = PeerProcess.start(peers);
      await master.open('master', name, 'threads=0 cleanup=0 threshold=250');
      await master.write(Buffer.from('x'));
      await master.command('close');
      assertImage(await master.dump(name), 'master-closed-no-cleanup.bin');
    });

    it('a live pair after three messages each way, then a killed slave', async () => {
      const name = uniqueName('images');
      const master = PeerProcess.start(peers);
      const slave = PeerProcess.start(peers);
      await master.open('master', name);
      await slave.open('slave', name);
      for (const number of [0, 1, 2]) {
        await passOnce(master, slave, text(`Hello from master #${number}`));
        await passOnce(slave, master, text(`ACK from slave #${number}`));
      }
      const image = await master.dump();
      assertImage(image, 'master-slave-live.bin', { heartbeats: false });
      assert.equal(image.readInt32LE(24), master.pid);
      assert.equal(image.readInt32LE(28), slave.pid);
      assert.ok(image.readBigUInt64LE(8) > 0n && image.readBigUInt64LE(16) > 0n, 'both beat');
      await slave.kill();
      assertImage(await master.dump(), 'slave-killed.bin', { heartbeats: false });
    });

    it('a killed master, and a second one that takes over, writes and closes', async () => {
      const name = uniqueName('images');
      const [first, second, slave] = [
        PeerProcess.start(peers),
        PeerProcess.start(peers),
        PeerProcess.start(peers),
      ];
      await first.open('master', name, 'threads=0');
      await slave.open('slave', name, 'threads=0');
      await first.write(text('old'));
      await first.kill();
      assertImage(await slave.dump(), 'master-killed.bin', { heartbeats: false });
      await second.open('master', name, 'threads=0');
      assertImage(await slave.dump(), 'master-takeover.bin');
      await second.write(text('new'));
      assertImage(await slave.dump(), 'master-takeover-wrote.bin');
      await second.command('close');
      assertImage(await slave.dump(), 'master-takeover-closed.bin');
    });

    for (const size of [1000, 8192]) {
      it(`a pair built for ${size} bytes`, async function () {
        // Whatever ESHM_LIB says: that library has a size of its own.
        const sized = await requirePeers(this, ['c++'], { maxDataSize: size, library: 'plain', shm });
        const [master, slave] = [PeerProcess.start(sized), PeerProcess.start(sized)];
        const name = uniqueName('images');
        await master.open('master', name, 'threads=0');
        await slave.open('slave', name, 'threads=0');
        await master.write(Buffer.from([1]));
        await master.write(pattern(size, 11, 5));
        await slave.write(text('pong'));
        assertImage(await master.dump(), `size-${size}.bin`);
        await slave.quit();
        await master.quit();
      });
    }

    it('a write that stops half-way leaves exactly the steps before', async () => {
      const expected: [number, number, string, number, number][] = [
        [1, 1, '00000000', 0, 0],
        [2, 1, 'aabb0000', 0, 0],
        [3, 1, 'aabbccdd', 0, 0],
        [4, 1, 'aabbccdd', 4, 0],
        [5, 2, 'aabbccdd', 4, 0],
        [6, 2, 'aabbccdd', 4, 1],
      ];
      for (const [step, sequence, bytes, dataSize, writeCount] of expected) {
        const name = uniqueName('images');
        const [master, watcher] = [PeerProcess.start(peers), PeerProcess.start(peers)];
        await master.open('master', name);
        assert.equal(await master.command(`steps-write aabbccdd ${step}`), `ok stopped-after=${step}`);
        const image = await watcher.dump(name);
        assert.equal(image.readUInt32LE(128), sequence, `sequence after step ${step}`);
        assert.equal(image.toString('hex', 136, 140), bytes, `data after step ${step}`);
        assert.equal(image.readUInt32LE(132), dataSize, `data_size after step ${step}`);
        assert.equal(image.readBigUInt64LE(128 + 4104), BigInt(writeCount), `write_count after step ${step}`);
        await master.kill();
      }
    });
  });
}
