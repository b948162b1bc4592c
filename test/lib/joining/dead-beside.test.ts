/** A dead master in one kind of memory and a live one in the other: a slave goes to the live one (docs/protocol.md). */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { deriveKey, layoutFor } from '../../../layout/index.js';
import { type ConnectOptions, Eshm, type EshmError, type EshmOptions } from '../../../lib/index.js';
import { SHORTEST_GRACE_MS } from '../../../lib/joining/judge.js';
import { Segment } from '../../../syscalls/index.js';
import { type PeersOfBoth, requirePeersOfBoth } from '../../peers/build.js';
import { PeerProcess } from '../../peers/peer-process.js';
import { assertNothingLeft, removeLeftovers, segmentOf, uniqueName, until } from '../../support/channels.js';
import { headerOf } from '../../support/header-of.js';
import { builtUrl, killChildren, startNode } from '../../support/run-node.js';
import { unlessStarved } from '../../support/starved.js';

type Kind = 'system-v' | 'posix';

/** What a time-out says of a silent master in each kind. */
const SILENT = {
  'system-v': 'there is a segment, but its master does not beat',
  posix: 'there is a file, but its master does not beat',
};

describe('a dead master in one kind of memory, beside a live one in the other', () => {
  let name: string;
  let peers: PeersOfBoth;
  const open: Eshm[] = [];

  before(async function () {
    peers = await requirePeersOfBoth(this);
  });
  beforeEach(() => {
    name = uniqueName('beside');
  });
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) one.close();
    await PeerProcess.killAll();
    killChildren();
    removeLeftovers();
    assertNothingLeft();
  });

  function kept(one: Eshm): Eshm {
    open.push(one);
    return one;
  }

  const master = (options: EshmOptions) => kept(Eshm.open(name, { ...options, role: 'master' }));

  const connect = async (options: ConnectOptions = {}) =>
    kept(await Eshm.connect(name, { timeoutMs: 60_000, ...options }));

  /** A master of the C++ library, which replaces what is there, and is killed. */
  async function killedCppMaster(shm: Kind): Promise<void> {
    const peer = PeerProcess.start(peers[shm]);
    await peer.open('master', name);
    await peer.kill();
  }

  /** A Node.js master that is killed; no turn of the event loop passes meanwhile. */
  function killedNodeMaster(shm: Kind): void {
    const code = `import { Eshm } from '${builtUrl('lib/index.js')}';
      Eshm.open('${name}', { role: 'master', shm: '${shm}' });
      process.kill(process.pid, 'SIGKILL');`;
    const { signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', code]);
    assert.equal(signal, 'SIGKILL', `${stderr}`);
  }

  async function talk(down: Eshm, up: Eshm): Promise<void> {
    const reading = [up.read({ timeoutMs: 60_000 }), down.read({ timeoutMs: 60_000 })];
    down.write('down');
    up.write('up');
    assert.deepEqual((await Promise.all(reading)).map(String), ['down', 'up']);
  }

  for (const [dead, live] of [
    ['system-v', 'posix'],
    ['posix', 'system-v'],
  ] as const) {
    describe(`dead in ${dead}, live in ${live}`, () => {
      it('connect finds a master that stood in both until a C++ master replaced one of them and died', async () => {
        const code = `import { Eshm } from '${builtUrl('lib/index.js')}';
          const master = Eshm.open('${name}', { role: 'master' });
          master.on('joined', (shm) => console.log(shm));
          setInterval(() => {}, 1000);
          console.log(master.shm);`;
        const child = startNode(code);
        const next = async () => `${(await once(child.stdout!, 'data'))[0]}`;
        assert.equal(await next(), 'auto\n');
        await killedCppMaster(dead);
        const joined = next();
        const slave = await connect();
        assert.deepEqual([slave.shm, await joined], [live, `${live}\n`]);
      });

      for (const order of ['after', 'before'] as const) {
        it(`connect finds the live one that started ${order} the other died, and they talk`, async () => {
          if (order === 'after') killedNodeMaster(dead);
          const living = master({ shm: live });
          if (order === 'before') killedNodeMaster(dead);
          const slave = await connect();
          assert.equal(slave.shm, live);
          await talk(living, slave);
        });
      }

      it('connect finds the live one that starts while it waits beside the dead one', async () => {
        await killedCppMaster(dead);
        const connecting = connect();
        // For longer than a silent master may take to show that it lives.
        await sleep(300);
        master({ shm: live });
        assert.equal((await connecting).shm, live);
      });

      it('connect finds the live one without any time to wait', async function () {
        await killedCppMaster(dead);
        master({ shm: live });
        await unlessStarved(this, SHORTEST_GRACE_MS, async () => {
          for (let i = 0; i < 3; i++) {
            const slave = await Eshm.connect(name, { timeoutMs: 0 });
            slave.close();
            assert.equal(slave.shm, live, `attempt ${i}`);
          }
        });
      });

      it('connect finds the live one beside what a master has left in good order', async () => {
        Eshm.open(name, { role: 'master', shm: dead, autoCleanup: false }).close();
        master({ shm: live });
        for (const timeoutMs of [0, 60_000]) {
          const slave = await Eshm.connect(name, { timeoutMs });
          slave.close();
          assert.equal(slave.shm, live, `${timeoutMs} ms`);
        }
      });

      it('connect finds the live one without a heartbeat of its own', async () => {
        killedNodeMaster(dead);
        master({ shm: live });
        for (const timeoutMs of [0, 60_000]) {
          const slave = await Eshm.connect(name, { timeoutMs, useThreads: false });
          slave.close();
          assert.equal(slave.shm, live, `${timeoutMs} ms`);
        }
      });

      for (const role of ['slave', 'auto'] as const) {
        it(`open as ${role} goes to the live one`, async () => {
          await killedCppMaster(dead);
          master({ shm: live });
          const second = kept(Eshm.open(name, { role }));
          assert.deepEqual([second.role, second.shm], ['slave', live]);
        });
      }

      it('a slave that looks for its next master goes to the live one at once', async () => {
        const first = master({ shm: dead });
        const slave = await connect({ maxReconnectAttempts: 0, reconnectWaitMs: 0, staleThresholdMs: 300 });
        await talk(first, slave);
        const reconnected: string[] = [];
        slave.on('reconnected', () => reconnected.push(slave.shm));
        first.close();
        killedNodeMaster(dead);
        const next = master({ shm: live });
        await until('the slave with a master', () => reconnected.length > 0);
        assert.deepEqual(reconnected, [live]);
        await talk(next, slave);
      });
    });
  }

  it('open goes to the live one also where both masters have one pid, as in two containers', () => {
    const segment = Segment.create(deriveKey(name), layoutFor().segmentSize, 0o666);
    headerOf(segment.bytes).create(100);
    segment.detach();
    master({ shm: 'posix' });
    assert.equal(kept(Eshm.open(name, { role: 'slave' })).shm, 'posix');
  });

  it('connect joins none where both are dead, and names both when its time is up', async () => {
    const timedOut = async (timeoutMs: number) => {
      const error = await connect({ timeoutMs }).then(
        () => assert.fail('it connected'),
        (reason: EshmError) => reason,
      );
      assert.equal(error.code, 'ESHM_TIMEOUT');
      return error.message;
    };
    await killedCppMaster('system-v');
    assert.ok((await timedOut(300)).endsWith(`; ${SILENT['system-v']}`), 'of one alone');
    await killedCppMaster('posix');
    for (const timeoutMs of [0, 500]) {
      assert.ok((await timedOut(timeoutMs)).endsWith(`; ${SILENT['system-v']}; and ${SILENT.posix}`));
    }
    Segment.remove(segmentOf(name)!.id);
    assert.ok((await timedOut(300)).endsWith(`; ${SILENT.posix}`), 'of the other alone');
    Segment.create(deriveKey(name), 100, 0o666).detach();
    const mixed = await timedOut(0);
    assert.match(
      mixed,
      /its size is 100 bytes, expected 8576 .*; and there is a file, but its master does not beat$/,
    );
    assert.equal(mixed.split('Cannot ').length, 2, `it says once what failed: ${mixed}`);
  });
});
