import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { keyOf } from '../../interop/key.js';
import { type Peers, requirePeers } from '../../peers/build.js';
import { cleanUp, listSegments, uniqueName, until } from '../../peers/helpers.js';
import { type PeerLanguage, PeerProcess } from '../../peers/peer-process.js';
import { repoRoot } from '../../support/repo-root.js';

const EXIT_CODE_OK = [0, null];

/** A demo program in a process of its own. */
class Demo {
  readonly child: ChildProcess;
  readonly exited: Promise<unknown[]>;
  output = '';

  constructor(peers: Peers, language: PeerLanguage, role: string, ...args: readonly string[]) {
    this.child = spawn(...commandOf(peers, language, role, args), {
      env: peers.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.exited = once(this.child, 'close');
    const collect = (text: string) => {
      this.output += text;
    };
    this.child.stdout?.setEncoding('utf8').on('data', collect);
    this.child.stderr?.setEncoding('utf8').on('data', collect);
  }

  says(line: RegExp): Promise<void> {
    return until(`${line}`, () => line.test(this.output)).catch(() => {
      throw new Error(`Never saw ${line} in:\n${this.output}`);
    });
  }
}

function commandOf(
  peers: Peers,
  language: PeerLanguage,
  role: string,
  args: readonly string[],
): [string, string[]] {
  switch (language) {
    case 'c++':
      return [peers.demo, [role, ...args]];
    case 'python':
      return [peers.python, [join(peers.pythonDir, `${role}.py`), ...args]];
    case 'typescript':
      return [process.execPath, [join(repoRoot, 'dist/lib/command/eshm.js'), 'demo', role, ...args]];
  }
}

describe('eshm demo', () => {
  let peers: Peers;
  let running: Demo[] = [];
  /** Talks for its three seconds while the other tests run. */
  let pair: Demo;
  const pairName = `test-demo-pair-${process.pid}`;

  before(async function () {
    peers = await requirePeers(this, ['c++', 'python']);
    pair = new Demo(peers, 'typescript', 'pair', pairName);
  });

  after(() => {
    // Has long ended, but where its test was left out: its sides go with it.
    pair?.child.kill('SIGKILL');
  });

  afterEach(async () => {
    for (const { child } of running) child.kill('SIGKILL');
    running = [];
    await cleanUp();
  });

  function start(language: PeerLanguage, role: string, ...args: readonly string[]): Demo {
    const demo = new Demo(peers, language, role, ...args);
    running.push(demo);
    return demo;
  }

  const segmentsOf = (name: string) => listSegments().filter((segment) => segment.key === keyOf(name));
  const who = { 'c++': '', python: 'Python ', typescript: 'TypeScript ' } as const;
  const pairs: [PeerLanguage, PeerLanguage][] = [
    ['typescript', 'typescript'],
    ['typescript', 'c++'],
    ['typescript', 'python'],
    ['c++', 'typescript'],
    ['python', 'typescript'],
  ];

  for (const [masterLanguage, slaveLanguage] of pairs) {
    it(`a ${masterLanguage} master and a ${slaveLanguage} slave print what scripts grep`, async () => {
      const name = uniqueName('demo');
      const master = start(masterLanguage, 'master', name, '--interval', '20');
      await master.says(/^\[MASTER\] Sent: /m);
      const slave = start(slaveLanguage, 'slave', name);
      const hello = `Hello from ${who[masterLanguage]}master #`;
      const ack = `ACK from ${who[slaveLanguage]}slave #`;
      await master.says(new RegExp(`^\\[MASTER\\] Sent: ${hello}\\d+$`, 'm'));
      await master.says(new RegExp(`^\\[MASTER\\] Received: ${ack}\\d+$`, 'm'));
      await slave.says(new RegExp(`^\\[SLAVE\\] Received \\((\\d+) bytes\\): ${hello}\\d+$`, 'm'));
      const [, length, text] = /\((\d+) bytes\): (.*)$/m.exec(slave.output) ?? [];
      assert.equal(Number(length), (text ?? '').length + (masterLanguage === 'c++' ? 1 : 0));
      if (masterLanguage === 'typescript') {
        assert.match(master.output, /^\[MASTER\] Initialized with role: MASTER\n/);
      }
      if (slaveLanguage === 'typescript') {
        assert.match(slave.output, /^Initialized as SLAVE\n/);
        await slave.says(new RegExp(`^\\[SLAVE\\] Sent: ${ack}\\d+$`, 'm'));
      }
      slave.child.kill('SIGINT');
      assert.deepEqual(await slave.exited, EXIT_CODE_OK);
      master.child.kill('SIGTERM');
      assert.deepEqual(await master.exited, EXIT_CODE_OK);
      assert.deepEqual(segmentsOf(name), [], 'no segment is left');
    });
  }

  it('a slave before its master says what to do and exits with 1', async () => {
    const name = uniqueName('demo');
    const slave = start('typescript', 'slave', name);
    assert.deepEqual(await slave.exited, [1, null]);
    assert.match(
      slave.output,
      /^eshm: Cannot open '.*' as slave: nobody has created it, .*start the master first/,
    );
  });

  it('auto is the master where there is none, and the slave of the one that is there', async () => {
    const name = uniqueName('demo');
    const first = start('typescript', 'auto', name, '--interval', '20');
    await first.says(/^\[MASTER\] Initialized with role: MASTER\n/);
    const second = start('typescript', 'auto', name, '--count', '2');
    await second.says(/^Initialized as SLAVE\n/);
    assert.deepEqual(await second.exited, EXIT_CODE_OK);
    await second.says(/ACK from TypeScript slave #1\n$/);
  });

  it('--count ends a master by itself', async () => {
    const name = uniqueName('demo');
    const master = start('typescript', 'master', name, '--interval', '1', '--count', '3');
    assert.deepEqual(await master.exited, EXIT_CODE_OK);
    assert.equal(master.output.match(/Sent: /g)?.length, 3);
    assert.deepEqual(segmentsOf(name), []);
  });

  it('ends quietly and leaves no segment when nobody reads its lines', async () => {
    const name = uniqueName('demo');
    const master = start('typescript', 'master', name, '--interval', '10');
    await master.says(/Sent: /);
    master.child.stdout?.destroy();
    assert.deepEqual(await master.exited, EXIT_CODE_OK);
    assert.doesNotMatch(master.output, /EPIPE|Error/);
    assert.deepEqual(segmentsOf(name), []);
  });

  it('prints what is not text escaped', async () => {
    const name = uniqueName('demo');
    const master = PeerProcess.start(peers, 'typescript');
    await master.open('master', name);
    const slave = start('typescript', 'slave', name);
    await slave.says(/^Initialized as SLAVE\n/);
    await master.write(Buffer.from('\x1b]0;owned\x07\xff\n[MASTER] Received: fake\0', 'latin1'));
    await slave.says(/bytes\): /);
    assert.ok(slave.output.includes('\\x1b]0;owned\\x07\\xff\\n[MASTER] Received: fake\n'), slave.output);
  });

  it('refuses an interval, a count and a role that make no sense with exit code 2', async () => {
    for (const args of [['master', '--interval', '-1'], ['master', '--count', '1.5'], ['king']]) {
      const demo = start('typescript', args[0]!, ...args.slice(1));
      assert.deepEqual(await demo.exited, [2, null], args.join(' '));
    }
  });

  it('pair shows both sides, then a summary, and exits with 0', async () => {
    assert.deepEqual(await pair.exited, EXIT_CODE_OK);
    assert.match(pair.output, /^\[MASTER\] Received: ACK from TypeScript slave #\d+$/m);
    assert.match(pair.output, /^\[SLAVE\] Received \(\d+ bytes\): Hello from TypeScript master #\d+$/m);
    const kinds = pair.output.split('\n').map((line) => line.replaceAll(/\d+/g, 'N'));
    assert.deepEqual(kinds, [...new Set(kinds)], 'one line of each kind');
    assert.match(pair.output, /\n\.\.\. and \d+ lines more like these\n/);
    assert.match(pair.output, /The slot holds the newest message only/);
    assert.match(pair.output, /\nmaster -> slave: \d+ sent, [1-9]\d* received\nslave -> master: /);
    assert.deepEqual(segmentsOf(pairName), []);
  });

  it('pair exits with 1 when its master cannot start', async () => {
    const name = uniqueName('demo');
    const master = PeerProcess.start(peers, 'c++');
    const slave = PeerProcess.start(peers, 'c++');
    await master.open('master', name);
    await slave.open('slave', name);
    const pair = start('typescript', 'pair', name);
    assert.deepEqual(await pair.exited, [1, null]);
    assert.match(pair.output, /a live master has it/);
  });

  it('pair that is interrupted before messages went both ways says so, and exits with 130', async () => {
    const pair = start('typescript', 'pair', uniqueName('demo'));
    // The slave is not there yet then.
    await pair.says(/^\[MASTER\] Initialized/m);
    pair.child.kill('SIGINT');
    assert.deepEqual(await pair.exited, [130, null]);
    assert.match(pair.output, /\nInterrupted (before|while) messages went both ways\.\n$/);
    assert.doesNotMatch(pair.output, /FAILED/);
  });

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
    it(`pair takes both sides with it on ${signal}`, async () => {
      const name = uniqueName('demo');
      const pair = start('typescript', 'pair', name);
      await pair.says(/^\[MASTER\] Received: /m);
      pair.child.kill(signal);
      const [code] = await once(pair.child, 'exit');
      assert.equal(code, signal === 'SIGKILL' ? null : 130);
      await until('no segment', () => segmentsOf(name).length === 0);
    });
  }
});
