import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { size } from '../support/sizes.js';
import { findRepoRoot, type PeerKind, type Peers, requirePeers } from './build.js';
import { cleanUp, lyingUnder, permsOf, uniqueName, until } from './helpers.js';
import { SHM_KINDS, USUAL_KINDS } from './shm-kind.js';

/**
 * A demo program and what it has printed. The library in it may print on the same stdout, and so right before a line of
 * the program: whoever reads this looks for what he knows, as `grep` does, and not for the beginning of a line.
 */
class Demo {
  readonly child: ChildProcess;
  readonly exited: Promise<unknown[]>;
  output = '';

  constructor(peers: Peers, language: PeerKind, role: 'master' | 'slave', name: string, args: string[] = []) {
    const [program, first] =
      language === 'c++' ? [peers.demo, role] : [peers.python, join(peers.pythonDir, `${role}.py`)];
    this.child = spawn(program, [first, name, ...args], {
      env: peers.env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.exited = once(this.child, 'exit');
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.output += text;
    });
  }

  says(line: RegExp): Promise<void> {
    return until(`${line} in:\n${this.output}`, () => line.test(this.output));
  }
}

for (const shm of size({ short: USUAL_KINDS, long: SHM_KINDS })) {
  describe(`demo programs of the original (${shm})`, () => {
    let peers: Peers;
    let running: Demo[] = [];

    before(async function () {
      peers = await requirePeers(this, ['c++', 'python'], { shm });
    });

    afterEach(async () => {
      for (const { child } of running) child.kill('SIGKILL');
      running = [];
      await cleanUp();
    });

    const languages: PeerKind[] = ['c++', 'python'];
    const who = { 'c++': '', python: 'Python ' };

    for (const masterLanguage of languages) {
      for (const slaveLanguage of languages) {
        it(`a ${masterLanguage} master and a ${slaveLanguage} slave print what scripts grep`, async () => {
          const name = uniqueName('demo');
          const master = new Demo(peers, masterLanguage, 'master', name, ['--interval', '20']);
          running.push(master);
          await master.says(/\[MASTER\] Sent: /);
          assert.deepEqual(lyingUnder(name, peers), { perms: permsOf(peers), size: 8576 });
          const slave = new Demo(peers, slaveLanguage, 'slave', name);
          running.push(slave);

          const hello = `Hello from ${who[masterLanguage]}master #`;
          const ack = `ACK from ${who[slaveLanguage]}slave #`;
          const nul = masterLanguage === 'c++' ? 1 : 0;
          await master.says(new RegExp(`\\[MASTER\\] Sent: ${hello}\\d+$`, 'm'));
          await master.says(new RegExp(`\\[MASTER\\] Received: ${ack}\\d+$`, 'm'));
          const received = new RegExp(`\\[SLAVE\\] Received \\((\\d+) bytes\\): (${hello}\\d+)$`, 'm');
          await slave.says(received);
          const [, length, text] = received.exec(slave.output) ?? [];
          assert.equal(Number(length), (text ?? '').length + nul);
          if (masterLanguage === 'c++')
            assert.match(master.output, /\[MASTER\] Initialized with role: MASTER\n[\s\S]*\[MASTER\] Sent: /);
          if (slaveLanguage === 'python') {
            assert.match(slave.output, /Initialized as SLAVE\n[\s\S]*\[SLAVE\] Received /);
            await slave.says(new RegExp(`\\[SLAVE\\] Sent: ${ack}\\d+$`, 'm'));
          }

          slave.child.kill('SIGINT');
          assert.deepEqual(await slave.exited, [0, null]);
          master.child.kill('SIGTERM');
          assert.deepEqual(await master.exited, [0, null]);
          assert.equal(lyingUnder(name, peers), undefined, 'nothing is left');
        });
      }
    }

    it('npm run peer runs the one of the kind that --shm names', async () => {
      const name = uniqueName('demo');
      const script = join(findRepoRoot(), 'dist/test/peers/demo.js');
      const args = [script, 'c++', 'master', name, '--shm', shm, '--interval', '20'];
      const program = spawn(process.execPath, args, { stdio: 'ignore' });
      await until('its segment', () => lyingUnder(name, peers) !== undefined);
      program.kill('SIGTERM');
      await once(program, 'exit');
      assert.equal(lyingUnder(name, peers), undefined, 'nothing is left');
    });

    it('a demo with --count ends by itself', async () => {
      for (const language of languages) {
        const demo = new Demo(peers, language, 'master', uniqueName('demo'), [
          '--count',
          '3',
          '--interval',
          '1',
        ]);
        running.push(demo);
        assert.deepEqual(await demo.exited, [0, null]);
        await demo.says(/Sent: .*#2\n/);
        assert.doesNotMatch(demo.output, /#3/);
      }
    });
  });
}
