/** What the heartbeat worker promises about time, in real segments and against real peers. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Eshm, type EshmOptions } from '../../../lib/index.js';
import { type Peers, requirePeers } from '../../peers/build.js';
import { PeerProcess } from '../../peers/peer-process.js';
import { assertNothingLeft, removeLeftovers, uniqueName, until } from '../../support/channels.js';
import { onQuietMachine } from '../../support/quiet.js';
import { size } from '../../support/sizes.js';

/** The stale threshold: a machine that gives a thread no core for so long makes the original stale too. */
const THRESHOLD_MS = 100;

/** How long the event loop is kept busy. */
const BLOCK_MS = size({ short: 1000, long: 2000 });

/** Keeps this thread and its event loop busy; no timer and no callback runs meanwhile. */
function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe('the heartbeat worker, by the clock', () => {
  let name: string;
  let peers: Peers;
  const open: Eshm[] = [];
  const endpoint = (role: 'master' | 'slave', options: EshmOptions = {}, of = name) => {
    const one = Eshm.open(of, { role, ...options });
    open.push(one);
    return one;
  };

  before(async function () {
    peers = await requirePeers(this, ['c++']);
  });
  beforeEach(() => {
    name = uniqueName('heartbeat');
  });
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) one.close();
    await PeerProcess.killAll();
    removeLeftovers();
    assertNothingLeft();
  });

  it(`beats through an event loop that is blocked for ${BLOCK_MS} ms: a C++ slave sees no stale`, async function () {
    await onQuietMachine(this, THRESHOLD_MS, async (waits) => {
      name = uniqueName('heartbeat');
      const master = endpoint('master');
      const slave = PeerProcess.start(peers);
      try {
        await slave.open('slave', name);
        await until('the master', () => slave.isRemoteAlive());
        waits.watch(slave.pid);
        const before = await slave.values('stats');
        block(BLOCK_MS);
        const after = await slave.values('stats');
        assert.equal(await slave.staleCount(), 0);
        assert.ok(await slave.isRemoteAlive());
        assert.ok(after.master_heartbeat! - before.master_heartbeat! > BLOCK_MS / 10, 'it went on beating');
      } finally {
        waits.look();
        await slave.kill();
        master.close();
      }
    });
  });

  it(`beats through an event loop that is blocked for ${BLOCK_MS} ms: a C++ master sees no stale`, async function () {
    await onQuietMachine(this, THRESHOLD_MS, async (waits) => {
      name = uniqueName('heartbeat');
      const master = PeerProcess.start(peers);
      try {
        await master.open('master', name);
        endpoint('slave');
        // Until the slave beats for the first time the master may take its place for stale: it waited for it so long.
        await until('the slave', async () => (await master.values('stats')).slave_heartbeat! > 50);
        await until('the slave', () => master.isRemoteAlive());
        waits.watch(master.pid);
        const before = await master.staleCount();
        block(BLOCK_MS);
        assert.equal(await master.staleCount(), before);
        assert.ok(await master.isRemoteAlive());
      } finally {
        waits.look();
        open.pop()?.close();
        await master.kill();
      }
    });
  });

  it('beats about each millisecond, also after thousands of endpoints have come and gone', async () => {
    const master = endpoint('master');
    for (let i = 0; i < 2000; i++) Eshm.open(`${name}-passing`).close();
    const before = master.stats().masterHeartbeat;
    const start = performance.now();
    await sleep(500);
    const beats = Number(master.stats().masterHeartbeat - before);
    const ms = performance.now() - start;
    assert.ok(beats > ms / 10 && beats < ms * 1.1, `${beats} beats in ${ms} ms`);
  });
});
