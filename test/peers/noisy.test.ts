/** Whoever drives a peer stands a library that talks, on stderr and on stdout, at any time and in pieces. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { failuresOf, format } from '../chaos/report.js';
import { runChaos } from '../chaos/runner.js';
import { MESSAGE_COUNT, runPairing } from '../interop/pairing.js';
import { repoRoot } from '../support/repo-root.js';
import { type Peers, requirePeers } from './build.js';
import { cleanUp, pass, pattern, refusal, uniqueName, until } from './helpers.js';
import { PeerProcess } from './peer-process.js';

describe('a library that talks on stdout', () => {
  let peers: Peers;

  before(async function () {
    peers = await requirePeers(this, ['c++', 'python'], { library: 'noisy' });
  });

  afterEach(() => cleanUp());

  for (const language of ['c++', 'python'] as const) {
    it(`does not come between a ${language} peer and its driver`, async () => {
      const name = uniqueName('noisy');
      const [master, slave] = [PeerProcess.start(peers, language), PeerProcess.start(peers, language)];
      assert.equal(await master.open('master', name), 'ok role=0');
      assert.equal(await slave.open('slave', name, 'attempts=0 wait=0 retry=10'), 'ok role=1');
      for (const size of [0, 1, 21, 4096]) {
        assert.deepEqual(
          await pass(master, slave, pattern(size, 7, size)),
          Buffer.from(pattern(size, 7, size)),
        );
        assert.deepEqual(
          await pass(slave, master, pattern(size, 3, size)),
          Buffer.from(pattern(size, 3, size)),
        );
      }
      assert.equal(await master.command('burst 3000 64'), 'ok sent=3000');
      assert.equal(await refusal(slave.command('read 20')), -10);

      slave.signal('SIGSTOP');
      await until('a stale slave', async () => !(await master.isRemoteAlive()));
      slave.signal('SIGCONT');
      await until('the slave again', () => master.isRemoteAlive());
      await master.kill();
      await until('a detached slave', async () => (await refusal(slave.command('stats'))) === -14);
      const next = PeerProcess.start(peers, language);
      assert.equal(await next.open('master', name), 'ok role=0');
      await until('the new master', () => slave.isRemoteAlive());
      assert.deepEqual(await pass(next, slave, Buffer.from('again')), Buffer.from('again'));
      assert.equal(await slave.command('close'), 'ok');
      await slave.quit();
      await next.quit();

      for (const { printed } of [slave, next]) {
        for (const stream of ['stdout', 'stderr'] as const)
          assert.match(printed[stream], /^\[ESHM\] /, stream);
        assert.match(printed.stdout, /\[ESHM\] noise: this line of eshm_\w+ is cut/);
        assert.match(printed.stdout, / in two pieces\n/);
      }
    });
  }

  for (const [master, slave] of [
    ['c++', 'typescript'],
    ['typescript', 'python'],
  ] as const) {
    it(`a ${master} master and a ${slave} slave of it exchange ${MESSAGE_COUNT} messages each way`, async () => {
      const { down, up } = await runPairing(peers, { master, slave });
      assert.deepEqual([down, up], [MESSAGE_COUNT, MESSAGE_COUNT]);
    });
  }

  it('is no crash for the chaos runner', async () => {
    const report = await runChaos(peers, {
      seconds: 4,
      seed: 20261124,
      pairings: [
        ['typescript', 'c++'],
        ['python', 'typescript'],
      ],
    });
    assert.ok(report.incidents.length > 0, format(report));
    // No time is judged here: `npm run chaos` does, on a machine of its own.
    const untimed = {
      ...report,
      incidents: report.incidents.filter(({ recoveryMs }) => recoveryMs === undefined),
    };
    assert.equal(failuresOf(untimed), 0, format(report));
  });

  it('is built by a script that prints its path and nothing else', async () => {
    const { scripts } = JSON.parse(readFileSync(join(repoRoot, 'package.json'), 'utf8'));
    assert.match(scripts['peers:noisy'], / && node dist\/test\/peers\/noisy\.js$/);
    const { stdout } = await promisify(execFile)(process.execPath, [
      join(repoRoot, 'dist/test/peers/noisy.js'),
    ]);
    assert.equal(stdout, `${peers.lib}\n`);
  });
});
