import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { deriveKey } from '../../../layout/index.js';
import { type Peers, requirePeers } from '../../peers/build.js';
import { until } from '../../peers/helpers.js';
import type { PeerProcess } from '../../peers/peer-process.js';
import { NOBODY, needsAnotherUser } from '../../support/needs.js';
import { builtUrl } from '../../support/run-node.js';
import { ESHM, inLanes, Lab, type Outcome, outcomeOf, STACK_TRACE } from './lab.js';

interface SideJson {
  pid: number;
  process: string;
  alive: boolean;
  beating: boolean;
}

interface ChannelJson {
  key: number;
  state: string;
  size: number;
  mode: number;
  attachments: number;
  generation: number;
  maxDataSize: number;
  master: SideJson;
  slave: SideJson;
  masterToSlave: { writeCount: number };
}

const FOREIGN_KEY = 0x0e5f0001;
const HIDDEN_KEY = 0x0e5f0002;
const hex = (key: number) => `0x${(key >>> 0).toString(16).padStart(8, '0')}`;

describe('eshm ls, stat, doctor and rm among one live, one stale, one foreign and one unreadable segment', () => {
  let peers: Peers;
  let lab: Lab;
  let master: PeerProcess;
  let slave: PeerProcess;

  before(async function () {
    peers = await requirePeers(this, ['c++', 'python']);
    lab = await Lab.start(this);
    master = lab.peer(peers);
    slave = lab.peer(peers, 'python');
    const dead = lab.peer(peers);
    await master.open('master', 'living-one', 'threshold=1000');
    await slave.open('slave', 'living-one');
    await dead.open('master', 'dead-one');
    await master.write(Buffer.from('hello \x1b[31mred\0'));
    await dead.kill();
    await lab.create(FOREIGN_KEY, 8576, 0o666);
    await lab.create(HIDDEN_KEY, 8576, 0o600);
  });

  after(() => lab?.end());

  const liveKey = deriveKey('living-one');
  const staleKey = deriveKey('dead-one');

  it('ls --all tells the four apart, with owner and reason', async function () {
    needsAnotherUser(this);
    const { code, stdout } = await lab.run(['ls', '--all'], { uid: NOBODY });
    assert.equal(code, 0);
    assert.match(
      stdout,
      new RegExp(
        `^system-v +${hex(liveKey)} +\\d+ live .*0666 +root +2 +${master.pid} eshm_peer +${slave.pid} `,
        'm',
      ),
    );
    assert.match(stdout, new RegExp(`^system-v +${hex(staleKey)} +\\d+ stale .* \\(gone\\)`, 'm'));
    assert.match(stdout, new RegExp(`^system-v +${hex(FOREIGN_KEY)} +\\d+ foreign `, 'm'));
    assert.match(stdout, new RegExp(`^system-v +${hex(HIDDEN_KEY)} +\\d+ unreadable `, 'm'));
    assert.match(stdout, /foreign: its magic is 0x00000000, expected 0x4553484D/);
    assert.match(stdout, /unreadable: .*mode 0600 .*uid 0.*uid 65534/);
  });

  it('ls without --all shows the ESHM segments and says what it left out', async function () {
    needsAnotherUser(this);
    const { stdout } = await lab.run(['ls'], { uid: NOBODY });
    assert.ok(stdout.includes(hex(liveKey)) && stdout.includes(hex(staleKey)));
    assert.ok(!stdout.includes(hex(FOREIGN_KEY)) && !stdout.includes(hex(HIDDEN_KEY)));
    assert.match(stdout, /Not shown: 2 segments or files, 1 unreadable and 1 foreign/);
  });

  it('ls --json has signed keys, sides and counters', async () => {
    const { stdout } = await lab.run(['ls', '--json']);
    const found: ChannelJson[] = JSON.parse(stdout);
    assert.deepEqual(
      found.map(({ key, state }) => [key, state]),
      [
        [liveKey, 'live'],
        [staleKey, 'stale'],
      ],
    );
    const live = found[0]!;
    assert.deepEqual(
      [live.size, live.mode, live.attachments, live.generation, live.maxDataSize],
      [8576, 0o666, 2, 1, 4096],
    );
    assert.deepEqual(
      [live.master.pid, live.master.process, live.master.beating],
      [master.pid, 'eshm_peer', true],
    );
    assert.deepEqual([live.slave.pid, live.slave.beating], [slave.pid, true]);
    assert.equal(live.masterToSlave.writeCount, 1);
    assert.equal(found[1]!.master.alive, true, 'the flag of a killed master stays');
    assert.equal(found[1]!.master.beating, false);
  });

  it('doctor names the stale one as a problem and the other two as notes', async function () {
    needsAnotherUser(this);
    const { code, stdout } = await lab.run(['doctor', '--json'], { uid: NOBODY });
    assert.equal(code, 1);
    const results: { check: string; level: string; found: string; advice?: string }[] = JSON.parse(stdout);
    const of = (check: string) => results.filter((result) => result.check === check);
    assert.deepEqual(
      of('stale').map(({ level, found }) => [level, found.includes(hex(staleKey))]),
      [['problem', true]],
    );
    assert.match(of('stale')[0]!.advice ?? '', /eshm rm --id \d+/);
    assert.deepEqual(
      of('foreign').map(({ level, found }) => [level, found.includes(hex(FOREIGN_KEY))]),
      [['note', true]],
    );
    assert.deepEqual(
      of('unreadable').map(({ level, found }) => [level, found.includes(hex(HIDDEN_KEY))]),
      [['note', true]],
    );
    assert.ok(of('segments')[0]!.found.includes(`1 live: ${hex(liveKey)}`));
    assert.deepEqual(results.filter(({ level }) => level === 'problem').length, 1);
  });

  describe('stat', () => {
    const ways = {
      name: ['living-one'],
      'signed key': ['--key', `${liveKey}`],
      'key after an equals sign': [`--key=${liveKey}`],
      'hexadecimal key': ['--key', hex(liveKey)],
    };
    let outcomes: Promise<Outcome>[];
    before(() => {
      outcomes = inLanes(
        Object.values(ways).map((args) => () => lab.run(['stat', ...args, '--interval', '50'])),
      );
    });

    for (const [number, what] of Object.keys(ways).entries()) {
      it(`by ${what} decodes header, channels and the newest message, safe to print`, async () => {
        const { code, stdout } = await outcomes[number]!;
        assert.equal(code, 0);
        assert.ok(stdout.includes(`key ${hex(liveKey)} (${liveKey})`));
        assert.match(stdout, /^master +\d+ eshm_peer, beating, \d+ beats\/s/m);
        assert.match(stdout, /^written +1 +0$/m);
        assert.match(stdout, /^sequence +2 even +0 even$/m);
        assert.ok(!stdout.includes('\x1b'), 'a message must not drive the terminal');
        assert.match(stdout, /68 65 6c 6c 6f 20 1b 5b {2}33 31 6d 72 65 64 00/);
      });
    }
  });

  it('stat of a negative key works as a word of its own', () => assert.ok(deriveKey('living-one') < 0));

  it('stat follows --max-data-size, and refuses one that makes another size', async () => {
    const fits = await lab.run([
      'stat',
      'living-one',
      '--max-data-size',
      '4090',
      '--interval',
      '10',
      '--json',
    ]);
    assert.equal(JSON.parse(fits.stdout).maxDataSize, 4090);
    const other = await lab.run(['stat', 'living-one', '--max-data-size', '1000', '--interval', '10']);
    assert.equal(other.code, 2);
    assert.match(other.stderr, /^eshm: .*8576 bytes, expected 2304 for --max-data-size 1000\n$/);
  });

  it('what may not be read is refused with the user and mode that it takes', async function () {
    needsAnotherUser(this);
    const { code, stderr } = await lab.run(['stat', '--key', hex(HIDDEN_KEY)], { uid: NOBODY });
    assert.equal(code, 1);
    assert.match(stderr, /^eshm: .*EACCES.*mode 0600 .*uid 0.*uid 65534.*\n$/);
  });

  it('rm refuses a live one, a foreign one and an unreadable one, in one line each', async function () {
    needsAnotherUser(this);
    const refused = inLanes([
      () => lab.run(['rm', '--key', `${liveKey}`]),
      () => lab.run(['rm', '--key', `${FOREIGN_KEY}`, '--force']),
      () => lab.run(['rm', '--key', `${HIDDEN_KEY}`, '--force'], { uid: NOBODY }),
    ]);
    for (const { code, stderr } of await Promise.all(refused)) {
      assert.equal(code, 1, stderr);
      assert.match(stderr, /^eshm: Cannot rm .*\n$/);
      assert.doesNotMatch(stderr, STACK_TRACE);
    }
    assert.equal(lab.segments().length, 4);
  });

  it('rm --stale --dry-run would remove the stale one only, and removes nothing', async function () {
    needsAnotherUser(this);
    const { code, stdout } = await lab.run(['rm', '--stale', '--dry-run'], { uid: NOBODY });
    assert.equal(code, 0);
    assert.deepEqual(
      stdout.match(/^Would remove .*$/gm)?.map((line) => line.split(' ')[2]),
      [hex(staleKey)],
    );
    assert.match(stdout, new RegExp(`^Would keep ${hex(liveKey)} .*live`, 'm'));
    assert.match(stdout, new RegExp(`^Would keep ${hex(FOREIGN_KEY)} .*foreign`, 'm'));
    assert.match(stdout, new RegExp(`^Would keep ${hex(HIDDEN_KEY)} .*unreadable`, 'm'));
    assert.equal(lab.segments().length, 4);
  });

  it("rm --stale of another user's segment fails with the owner it takes", async function () {
    needsAnotherUser(this);
    const { code, stderr } = await lab.run(['rm', '--stale'], { uid: NOBODY });
    assert.equal(code, 1);
    assert.match(stderr, /EPERM.*belongs to uid 0.*uid 65534/);
    assert.equal(lab.segments().length, 4);
  });

  it('rm --stale spares a segment whose attached process is only stopped', async () => {
    const stopped = lab.peer(peers);
    await stopped.open('master', 'stopped-one');
    stopped.signal('SIGSTOP');
    await until('no heartbeat', async () =>
      (await lab.list()).some(({ key, state }) => key === deriveKey('stopped-one') && state === 'stale'),
    );
    const { stdout, stderr } = await lab.run(['rm', '--stale', '--dry-run']);
    assert.ok(!stdout.includes(`Would remove ${hex(deriveKey('stopped-one'))}`));
    assert.match(stderr, /kept 0x.*1 attachment.*--force/);
    stopped.signal('SIGCONT');
    await stopped.quit();
  });

  it('rm --stale removes exactly one', async () => {
    const { code, stdout } = await lab.run(['rm', '--stale']);
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`^Removed ${hex(staleKey)} `, 'm'));
    const left = lab.segments().map(({ key }) => key);
    assert.deepEqual(new Set(left), new Set([liveKey, FOREIGN_KEY, HIDDEN_KEY]));
    assert.ok(await master.isRemoteAlive(), 'the live pair did not notice');
  });

  it('rm --force removes a live one, once told so', async () => {
    const lone = lab.peer(peers);
    await lone.open('master', 'forced-one');
    const { code, stdout } = await lab.run(['rm', 'forced-one', '--force']);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /^Removed /);
    assert.ok(!lab.segments().some(({ key, removed }) => key === deriveKey('forced-one') && !removed));
    await lone.quit();
  });
});

describe('eshm ls and top where there is nothing', () => {
  let lab: Lab;
  before(async function () {
    lab = await Lab.start(this);
  });
  after(() => lab?.end());

  it('say so and end with 0', async () => {
    const expected = [
      [['ls'], 'No ESHM segments or files.\n'],
      [['ls', '--all'], 'No ESHM segments or files.\n'],
      [['ls', '--json'], '[]\n'],
      [['rm', '--stale'], 'Nothing stale to remove.\n'],
    ] as const;
    const outcomes = await Promise.all(
      inLanes(
        expected.map(
          ([args]) =>
            () =>
              lab.run(args),
        ),
      ),
    );
    for (const [number, [args, text]] of expected.entries()) {
      const { code, stdout } = outcomes[number]!;
      assert.deepEqual([code, stdout], [0, text], args.join(' '));
    }
    const { code, stdout } = await lab.run(['top', '--count', '1']);
    assert.equal(code, 0);
    assert.match(stdout, / no ESHM segments or files\n$/);
    assert.equal((await lab.run(['doctor'])).code, 0);
  });
});

describe('where /proc does not list segments', () => {
  let lab: Lab;
  before(async function () {
    lab = await Lab.start(this);
  });
  after(() => lab?.end());

  for (const [action, ...args] of [
    ['list segments', 'ls'],
    ['look at the channel', 'stat', 'robot'],
    ['list segments', 'top', '--count', '1'],
    ['remove', 'rm', 'robot'],
    ['remove', 'rm', '--stale'],
    ['examine segments', 'doctor'],
    ['show metrics', 'metrics'],
  ] as const) {
    it(`${args.join(' ')} says so in one line, and ends with 1`, async () => {
      const hidden = 'mount -t tmpfs none /proc/sysvipc && exec "$@"';
      const words = ['unshare', '--mount', 'sh', '-c', hidden, '-', process.execPath, ESHM, ...args];
      const child = lab.spawn(words);
      child.stdin.end();
      const { code, stdout, stderr } = await outcomeOf(child);
      assert.deepEqual([code, stdout], [1, ''], stderr);
      assert.match(stderr, /^eshm: [^\n]*\n$/);
      const told = `Cannot ${action}: /proc/sysvipc/shm cannot be read (ENOENT), expected the kernel's table`;
      assert.ok(stderr.includes(told), stderr);
    });
  }
});

describe('eshm stat of a segment that changes between its two looks', () => {
  const INTERVAL_MS = 3000;
  const SIZE = 8576;
  let lab: Lab;
  before(async function () {
    lab = await Lab.start(this);
  });
  after(() => lab?.end());

  /** Has a program of the lab work on the segment of `key`. */
  async function change(key: number, text: string): Promise<void> {
    const code = `import { Segment } from '${builtUrl('syscalls/index.js')}';
      const segment = Segment.attach(Segment.find(${key}));
      ${text};
      segment.detach();`;
    const child = lab.spawn([process.execPath, '--input-type=module', '-e', code]);
    child.stdin.end();
    assert.equal((await outcomeOf(child)).code, 0);
  }

  for (const [number, [what, text, ...flags]] of (
    [
      ['into a foreign one', 'segment.bytes.writeUInt32LE(0xbad, 0)'],
      [
        'into one of another size than was said',
        `segment.remove(); const other = Segment.create(KEY, ${SIZE} + 1024, 0o666); other.bytes.set(segment.bytes.subarray(0, 128)); other.detach()`,
        '--max-data-size',
        '4096',
      ],
    ] as const
  ).entries()) {
    it(`${what}: shows what it saw, and ends with 0`, async () => {
      const key = FOREIGN_KEY + 16 + number;
      await lab.create(key, SIZE, 0o666);
      // The header of a dead master: magic and version.
      await change(key, 'segment.bytes.writeUInt32LE(0x4553484d, 0); segment.bytes.writeUInt32LE(2, 4)');
      const args = ['stat', '--key', `${key}`, '--interval', `${INTERVAL_MS}`, ...flags];
      const child = lab.start(args);
      child.stdin.end();
      const outcome = outcomeOf(child);
      await until('its first look', () => lab.segments().some(({ lastPid }) => lastPid === child.pid));
      await sleep(INTERVAL_MS / 6);
      await change(key, text.replace('KEY', `${key}`));
      const { code, stdout, stderr } = await outcome;
      assert.deepEqual([code, stderr], [0, '']);
      assert.ok(stdout.includes(`key ${hex(key)}`), stdout);
      assert.match(stdout, /stale/);
    });
  }
});
