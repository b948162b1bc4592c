import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type PeerKind, type Peers, requirePeers } from './build.js';
import { cleanUp, listSegments, uniqueName, until } from './helpers.js';
import { PeerProcess } from './peer-process.js';

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

describe('demo programs of the original', () => {
  let peers: Peers;
  let running: Demo[] = [];

  before(async function () {
    peers = await requirePeers(this, ['c++', 'python']);
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
        const key = await PeerProcess.start(peers).command(`key ${name}`);
        const mine = () => listSegments().filter((segment) => `key ${segment.key}` === key);
        const master = new Demo(peers, masterLanguage, 'master', name, ['--interval', '20']);
        running.push(master);
        await master.says(/\[MASTER\] Sent: /);
        assert.deepEqual(
          mine().map(({ perms, size }) => [perms, size]),
          [['666', 8576]],
        );
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
        assert.deepEqual(mine(), [], 'no segment is left');
      });
    }
  }

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
