/** A peer of another pid namespace, whose number an unrelated process has here: that one's end is not the peer's. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { decodeSegment, deriveKey } from '../../../layout/index.js';
import { Eshm } from '../../../lib/index.js';
import { Segment } from '../../../syscalls/index.js';
import { type Peers, requirePeers } from '../../peers/build.js';
import { cleanUp, uniqueName, until } from '../../peers/helpers.js';
import { PeerProcess } from '../../peers/peer-process.js';
import { skip } from '../../support/needs.js';

/** A pid namespace of its own, and in it a process with the number `$1`. */
const NUMBERED = [
  'unshare',
  '--pid',
  '--fork',
  '--kill-child',
  '--mount-proc',
  'sh',
  '-c',
  'echo $(($1 - 1)) > /proc/sys/kernel/ns_last_pid || exit 1; shift; "$@"; exit',
  '-',
];

const SIZE = 300;

describe('a peer of another pid namespace', () => {
  let peers: Peers;
  let name: string;
  let bystander: ChildProcess;
  let endpoint: Eshm | undefined;

  before(async function () {
    const { status } = spawnSync(NUMBERED[0]!, [...NUMBERED.slice(1), '100', 'true'], { stdio: 'ignore' });
    if (status !== 0) skip(this, 'this user may not make a pid namespace and number its processes');
    peers = await requirePeers(this, ['c++']);
  });
  beforeEach(() => {
    name = uniqueName('pid-namespaces');
    bystander = spawn('sleep', ['1000'], { stdio: 'ignore' });
  });
  afterEach(async () => {
    endpoint?.close();
    endpoint = undefined;
    bystander.kill('SIGKILL');
    await cleanUp();
  });

  const sequence = (role: 'master' | 'slave') => {
    const { masterToSlave, slaveToMaster } = decodeSegment(
      Buffer.from(Segment.read(Segment.find(deriveKey(name)))),
    );
    return (role === 'master' ? masterToSlave : slaveToMaster).sequence;
  };

  /** The only child of a process. */
  const childOf = (pid: number) => Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim());

  const isWhole = (message: Buffer) => message.subarray(8).every((byte) => byte === message[8]);

  for (const role of ['slave', 'master'] as const) {
    it(`is not taken for dead by a ${role} when that process ends: no torn message`, async () => {
      const other = role === 'slave' ? 'master' : 'slave';
      const number = bystander.pid!;
      const peer = new PeerProcess(NUMBERED[0]!, [...NUMBERED.slice(1), `${number}`, peers.peer], peers.env);
      const open = () =>
        Eshm.open(name, { role, maxReconnectAttempts: 0, reconnectWaitMs: 0, reconnectRetryIntervalMs: 20 });
      if (role === 'master') endpoint = open();
      await peer.open(other, name);
      endpoint ??= open();
      const own = endpoint;
      await until('life', () => own.remoteAlive);
      assert.equal(own.stats()[`${other}Pid`], number);
      await peer.command(`stall-write ${SIZE} 1 0`);
      await until('the first message', () => own.tryRead() !== undefined);

      // It stops in the middle of its second message, and is paused there with its container.
      const second = peer.command(`stall-write ${SIZE} 2 1000`);
      const third = peer.command(`stall-write ${SIZE} 2 1500`);
      await until('the second message', () => sequence(other) === 3);
      const inner = childOf(childOf(peer.pid));
      process.kill(inner, 'SIGSTOP');
      bystander.kill('SIGKILL');
      await once(bystander, 'exit');
      await until('the news', () => own.state !== 'connected');
      for (let looks = 0; looks < 50; looks++) {
        assert.equal(own.tryRead(), undefined, 'nothing is written');
        await new Promise((resolve) => setTimeout(resolve, 2));
      }

      process.kill(inner, 'SIGCONT');
      await second;
      await until('the third message', () => sequence(other) === 5);
      let newest = 0;
      const look = () => {
        const message = own.tryRead();
        if (message === undefined) return;
        assert.ok(isWhole(message), 'torn');
        newest = message.readUInt32LE(0);
      };
      for (let looks = 0; looks < 200; looks++) {
        look();
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      await third;
      await until('the third message', () => {
        look();
        return newest === 3;
      });
      if (role === 'slave') own.close();
      await peer.quit();
    });
  }
});
