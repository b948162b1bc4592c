/** A living master beside which another starts in memory of its own under the name: an original replaces what has no slave. */
import assert from 'node:assert/strict';
import { existsSync, unlinkSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { deriveKey } from '../../../layout/index.js';
import { Eshm, type EshmError, type EshmOptions } from '../../../lib/index.js';
import { Segment } from '../../../syscalls/index.js';
import { type PeersOfBoth, requirePeersOfBoth } from '../../peers/build.js';
import { PeerProcess } from '../../peers/peer-process.js';
import {
  assertNothingLeft,
  fileOf,
  removeLeftovers,
  segmentOf,
  thrownBy,
  uniqueName,
  until,
} from '../../support/channels.js';

type Kind = 'system-v' | 'posix';

/** Long enough for looks that would find something, in ms. */
const SEVERAL_LOOKS_MS = 1100;

const PATIENT = { staleThresholdMs: 10_000 };

describe('a master whose memory another master has replaced', () => {
  let name: string;
  let peers: PeersOfBoth;
  const open: Eshm[] = [];

  before(async function () {
    peers = await requirePeersOfBoth(this);
  });
  beforeEach(() => {
    name = uniqueName('usurper');
  });
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) one.close();
    await PeerProcess.killAll();
    removeLeftovers();
    assertNothingLeft();
  });

  function start(role: 'master' | 'slave', options: EshmOptions = {}): Eshm & { told: string[] } {
    const one = Eshm.open(name, { ...PATIENT, ...options, role });
    open.push(one);
    const told: string[] = [];
    for (const event of ['stale', 'recovered', 'joined', 'disconnected', 'closed'] as const) {
      one.on(event, () => told.push(event));
    }
    return Object.assign(one, { told });
  }

  async function usurper(kind: Kind): Promise<PeerProcess> {
    const peer = PeerProcess.start(peers[kind]);
    await peer.open('master', name, 'threshold=10000');
    return peer;
  }

  const isIn = (kind: Kind) => (kind === 'posix' ? existsSync(fileOf(name)) : segmentOf(name) !== undefined);

  for (const kind of ['system-v', 'posix'] as const) {
    for (const shm of [kind, 'auto'] as const) {
      it(`is told (${shm}, by one in ${kind}): event, state, and errors that say who has the role`, async () => {
        const master = start('master', { shm });
        const sending = master.send('nobody reads this', { timeoutMs: 600_000 }).catch((error) => error);
        const { pid } = await usurper(kind);
        await until('the event', () => master.told.length > 0);
        assert.deepEqual(
          [master.told, master.state, master.remoteAlive],
          [['disconnected'], 'disconnected', false],
        );
        const place = kind === 'posix' ? `the file ${fileOf(name)}` : 'the segment under key 0x';
        for (const error of [
          (await sending) as EshmError,
          thrownBy<EshmError>(() => master.write('late')),
          thrownBy<EshmError>(() => master.tryRead()),
        ]) {
          assert.equal(error.code, 'ESHM_ROLE_MISMATCH');
          assert.ok(
            error.message.includes(`(pid ${pid}, generation 1, who has replaced ${place}`),
            error.message,
          );
        }
        const other = kind === 'posix' ? 'system-v' : 'posix';
        await assert.rejects(
          Eshm.connect(name, { shm: other, timeoutMs: 0 }),
          /no live master within 0 ms; .*(no master is in it|nobody has created)/,
          'nobody there whom a slave could take for a master',
        );
        master.close();
        assert.ok(!isIn(other), `${other} is left`);
        using slave = Eshm.open(name, { role: 'slave' });
        assert.equal(slave.shm, kind);
        await until('the other master, which has its memory', () => slave.remoteAlive);
        await until('the event', () => master.told.length === 2);
        assert.deepEqual(master.told, ['disconnected', 'closed']);
      });
    }

    it(`stays in its other place, and is found there, where one has replaced that in ${kind} and is dead`, async () => {
      const master = start('master');
      const dead = await usurper(kind);
      await dead.kill();
      await sleep(SEVERAL_LOOKS_MS);
      assert.deepEqual([master.state, master.told], ['connected', []]);
      const other = kind === 'posix' ? 'system-v' : 'posix';
      const slave = await Eshm.connect(name, { timeoutMs: 120_000 });
      open.push(slave);
      assert.equal(slave.shm, other);
      await until('the event', () => master.told.includes('joined'));
      assert.equal(master.shm, other);
    });

    it(`goes on with a slave that lives in it, in ${kind}, and is told when that has left`, async () => {
      const master = start('master', { shm: kind });
      const slave = start('slave', { shm: kind });
      await until('the slave', () => master.remoteAlive);
      if (kind === 'posix') unlinkSync(fileOf(name));
      else Segment.remove(segmentOf(name)!.id);
      await usurper(kind);
      await sleep(SEVERAL_LOOKS_MS);
      assert.deepEqual([master.state, master.told], ['connected', []]);
      slave.write('still here');
      assert.equal(`${master.readSync({ timeoutMs: 60_000 })}`, 'still here');
      slave.close();
      await until('the event', () => master.told.includes('disconnected'));
    });

    it(`is told nothing of memory that was removed (${kind}), nor of what is no channel in its place`, async () => {
      const master = start('master', { shm: kind });
      if (kind === 'posix') {
        unlinkSync(fileOf(name));
        writeFileSync(fileOf(name), Buffer.alloc(8576));
      } else {
        Segment.remove(segmentOf(name)!.id);
        Segment.create(deriveKey(name), 8576, 0o666).detach();
      }
      await sleep(SEVERAL_LOOKS_MS);
      assert.deepEqual([master.state, master.told], ['connected', []]);
      master.close();
      removeLeftovers();
    });
  }
});
