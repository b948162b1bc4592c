/**
 * What containers do to a channel, with the kernel's means that they are made of: namespaces of IPC, pids and mounts,
 * other users, no capabilities. docs/containers.md says the same to people.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Lab, type Outcome, outcomeOf } from '../lib/cli/lab.js';
import { type Peers, requirePeers } from '../peers/build.js';
import { pass } from '../peers/helpers.js';
import { PeerProcess } from '../peers/peer-process.js';
import { NOBODY, needsAnotherUser } from '../support/needs.js';
import { repoRoot } from '../support/repo-root.js';
import { builtUrl } from '../support/run-node.js';

/** A container's own processes: the program is number 1 of them. Ends with its parent. */
const OWN_PIDS = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];
/** Nothing can be written: `read_only: true`. */
const READ_ONLY_ROOT = ['unshare', '--mount', 'sh', '-c', 'mount -o remount,bind,ro / && exec "$@"', '-'];
/** `cap_drop: [ALL]` and `no-new-privileges`, as root. */
const NO_CAPABILITIES = ['setpriv', '--bounding-set=-all', '--inh-caps=-all', '--no-new-privs'];

const lib = builtUrl('lib/index.js');

type Language = 'c++' | 'typescript';

describe('containers', () => {
  let peers: Peers;
  let lab: Lab;

  before(async function () {
    peers = await requirePeers(this, ['c++']);
    lab = await Lab.start(this);
  });
  afterEach(() => PeerProcess.killAll());
  after(() => lab?.end());

  /** A peer behind `walls`, in the lab's IPC namespace. */
  function inside(language: Language, walls: readonly string[] = OWN_PIDS): PeerProcess {
    const program =
      language === 'c++'
        ? [peers.peer]
        : [process.execPath, join(repoRoot, 'dist/test/peers/typescript/peer.js')];
    return new PeerProcess(...lab.command([...walls, ...program]), peers.env);
  }

  /** A message each way. */
  async function exchange(master: PeerProcess, slave: PeerProcess): Promise<void> {
    const pairs: [PeerProcess, PeerProcess, string][] = [
      [master, slave, 'from the master'],
      [slave, master, 'from the slave'],
    ];
    for (const [from, to, text] of pairs) assert.equal(`${await pass(from, to, Buffer.from(text))}`, text);
  }

  /** Waits until the other side is seen alive, or is not. */
  async function sees(peer: PeerProcess, isAlive: boolean): Promise<void> {
    const watchdogMs = performance.now() + 120_000;
    while ((await peer.isRemoteAlive()) !== isAlive) {
      assert.ok(performance.now() < watchdogMs, `never saw the other ${isAlive ? 'alive' : 'gone'}`);
      await sleep(5);
    }
  }

  const PAIRS: [Language, Language][] = [
    ['typescript', 'c++'],
    ['c++', 'typescript'],
    ['typescript', 'typescript'],
  ];
  for (const [masterIn, slaveIn] of PAIRS) {
    describe(`${masterIn} master and ${slaveIn} slave, one IPC namespace, each process 1 of its own pids`, () => {
      const channel = `${masterIn}-${slaveIn}`;

      it('exchange messages', async () => {
        const [master, slave] = [inside(masterIn), inside(slaveIn)];
        await master.open('master', channel, 'threshold=1000');
        await slave.open('slave', channel);
        await exchange(master, slave);
        const { master_pid, slave_pid } = await slave.values('stats');
        assert.deepEqual([master_pid, slave_pid], [1, 1]);
        await slave.quit();
        await master.quit();
      });

      it('the slave is killed with its container: its successor, process 1 too, takes its place', async () => {
        const [master, first] = [inside(masterIn), inside(slaveIn)];
        await master.open('master', channel);
        await first.open('slave', channel);
        await exchange(master, first);
        await first.kill();
        await sees(master, false);
        const second = inside(slaveIn);
        await second.open('slave', channel);
        await sees(master, true);
        await exchange(master, second);
        await second.quit();
        await master.quit();
      });

      it('the master is killed with its container: the slave finds its successor, process 1 too', async () => {
        const [first, slave] = [inside(masterIn), inside(slaveIn)];
        await first.open('master', channel);
        await slave.open('slave', channel, 'wait=0 attempts=0');
        await exchange(first, slave);
        await first.kill();
        await sees(slave, false);
        const second = inside(masterIn);
        await second.open('master', channel);
        await sees(slave, true);
        await exchange(second, slave);
        await slave.quit();
        await second.quit();
      });
    });
  }

  it('an IPC namespace of its own sees nobody, and the error says what to look at', async () => {
    const master = inside('c++');
    await master.open('master', 'apart');
    const outcome = await run(['unshare', '--ipc', ...OWN_PIDS], `Eshm.open('apart', { role: 'slave' });`);
    assert.match(outcome.stdout, /^ESHM_SHM_ATTACH .*in the same IPC namespace/);
    await master.quit();
  });

  /** Runs code with `Eshm` at hand behind `walls`; what it throws is printed as code and message. */
  async function run(walls: readonly string[], code: string, uid?: number): Promise<Outcome> {
    const program = `import { Eshm } from '${lib}';
      try { ${code} } catch (error) { console.log(error.code, error.message); }`;
    const words = [...walls, process.execPath, '--input-type=module', '--eval', program];
    const child = lab.spawn(words, uid === undefined ? {} : { uid });
    child.stdin.end();
    return outcomeOf(child);
  }

  const HELLO = `console.log(String(slave.peek())); slave.close();`;
  /** A master of root's in one container and a slave of another user's in another. */
  async function asNobody(channel: string, masterOptions: string, slaveOptions = ''): Promise<string> {
    const master = lab.spawn([
      ...OWN_PIDS,
      process.execPath,
      '--input-type=module',
      '--eval',
      `import { Eshm } from '${lib}';
       const master = Eshm.open('${channel}', { role: 'master', staleThresholdMs: 5000, ${masterOptions} });
       master.write('hello');
       console.log('ready');
       process.stdin.resume().once('end', () => process.exit());`,
    ]);
    await new Promise((resolve) => master.stdout.once('data', resolve));
    const code = `const slave = Eshm.open('${channel}', { role: 'slave', ${slaveOptions} }); ${HELLO}`;
    const { stdout, stderr } = await run([], code, NOBODY);
    const ended = outcomeOf(master);
    master.stdin.end();
    await ended;
    return `${stdout}${stderr}`.trim();
  }

  it('another user may join with the default mode of 0666', async function () {
    needsAnotherUser(this);
    assert.equal(await asNobody('users', ''), 'hello');
  });

  it('mode 0600 keeps another user out, and the error names mode and owner', async function () {
    needsAnotherUser(this);
    assert.match(
      await asNobody('users-mode', 'mode: 0o600'),
      /^ESHM_SHM_ATTACH .*EACCES.* has mode 0600 and belongs to uid 0, .*wider mode/,
    );
  });

  it("ownerOnly refuses another user's segment", async function () {
    needsAnotherUser(this);
    assert.match(
      await asNobody('users-owner', '', 'ownerOnly: true'),
      /^ESHM_SHM_ATTACH .*belongs to uid 0 .*expected 65534 \(ownerOnly\)/,
    );
  });

  for (const [what, walls] of [
    ['a read-only root', READ_ONLY_ROOT],
    ['no capabilities and no new privileges', NO_CAPABILITIES],
    ['all of it', [...OWN_PIDS, ...READ_ONLY_ROOT, ...NO_CAPABILITIES]],
  ] as const) {
    it(`${what}: a TypeScript master and slave work as ever`, async () => {
      for (const [masterIn, slaveIn] of PAIRS) {
        const master = inside(masterIn, masterIn === 'typescript' ? walls : OWN_PIDS);
        const slave = inside(slaveIn, slaveIn === 'typescript' ? walls : OWN_PIDS);
        await master.open('master', 'walled', 'threshold=1000');
        await slave.open('slave', 'walled');
        await exchange(master, slave);
        await slave.quit();
        await master.quit();
      }
    });
  }

  it('a read-only root is one: nothing can be written there', async () => {
    const { stdout } = await run(
      READ_ONLY_ROOT,
      `(await import('node:fs')).writeFileSync('${repoRoot}/nothing', '');`,
    );
    assert.match(stdout, /^EROFS /);
  });

  it('eshm ls and eshm metrics in a third container see the channel, and know its processes by number only', async () => {
    const [master, slave] = [inside('c++'), inside('typescript')];
    await master.open('master', 'watched', 'threshold=5000');
    await slave.open('slave', 'watched');
    const eshm = (...args: string[]) =>
      outcomeOf(
        lab.spawn([...OWN_PIDS, process.execPath, join(repoRoot, 'dist/lib/command/eshm.js'), ...args]),
      );
    const { stdout } = await eshm('ls', '--json');
    // Files of others may lie in the machine's /dev/shm.
    const rows = JSON.parse(stdout) as {
      shm: string;
      state: string;
      master: { pid: number; beating: boolean };
    }[];
    const found = rows.find(({ shm }) => shm === 'system-v');
    assert.equal(found!.state, 'live');
    assert.deepEqual([found!.master.pid, found!.master.beating], [1, true]);
    const page = await eshm('metrics', 'watched');
    assert.match(page.stdout, /^eshm_alive\{channel="watched",shm="system-v",role="slave"\} 1$/m);
    await slave.quit();
    await master.quit();
  });
});
