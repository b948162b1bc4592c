/** The command among files in /dev/shm: of C++ and Python peers of today, and its own. */
import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import type { SegmentStat } from '../../../syscalls/index.js';
import { buildPeers, type Peers, requirePeers } from '../../peers/build.js';
import type { PeerProcess } from '../../peers/peer-process.js';
import { until } from '../../support/channels.js';
import { NOBODY, needsAnotherUser } from '../../support/needs.js';
import { Lab, outcomeOf, STACK_TRACE } from './lab.js';

interface FileJson {
  shm: string;
  key: number | null;
  file: string | null;
  state: string;
  size: number;
  mode: number;
  attachments: number | null;
  master: { pid: number; beating: boolean };
  slave: { pid: number; beating: boolean };
  masterToSlave: { writeCount: number };
}

interface CheckJson {
  check: string;
  level: string;
  found: string;
  advice?: string;
}

const fileOf = (name: string) => `/dev/shm/eshm_${name}`;

describe('eshm ls, stat, top, metrics, doctor and rm among files in /dev/shm', () => {
  let peers: Peers;
  let lab: Lab;
  let master: PeerProcess;
  let slave: PeerProcess;

  before(async function () {
    peers = await requirePeers(this, ['c++', 'python'], { shm: 'posix-remembers' });
    lab = await Lab.start(this);
    master = lab.peer(peers);
    slave = lab.peer(peers, 'python');
    const dead = lab.peer(peers);
    await master.open('master', 'living', 'threshold=5000');
    await slave.open('slave', 'living');
    await master.write(Buffer.from('hello\0'));
    await dead.open('master', 'dead/one');
    await dead.kill();
    await shell(`head -c 8576 /dev/zero > ${fileOf('foreign')}; echo other > ${fileOf('small')}`);
    await shell(`head -c 8576 /dev/zero > ${fileOf('hidden')}; chmod 600 ${fileOf('hidden')}`);
    await shell('echo other > /dev/shm/sem.other');
  });

  after(() => lab?.end());

  async function shell(line: string): Promise<string> {
    const { code, stdout, stderr } = await lab.shell(line);
    assert.equal(code, 0, stderr);
    return stdout;
  }

  const found = async (...args: string[]): Promise<FileJson[]> =>
    JSON.parse((await lab.run(['ls', '--json', ...args])).stdout);

  async function checks(names: readonly string[] = [], uid?: number): Promise<CheckJson[]> {
    const { stdout } = await lab.run(['doctor', '--json', ...names], uid === undefined ? {} : { uid });
    return JSON.parse(stdout);
  }

  it('ls shows the kind of memory, and a file by its name', async () => {
    const { code, stdout } = await lab.run(['ls']);
    assert.equal(code, 0);
    assert.match(
      stdout,
      new RegExp(
        `^posix +eshm_living +\\d+ live .*0644 +root +- +${master.pid} eshm_peer +${slave.pid} `,
        'm',
      ),
    );
    assert.match(stdout, /^posix +eshm_dead_one +\d+ stale .* \(gone\)/m);
    assert.match(stdout, /Not shown: 3 segments or files, 3 foreign/);
  });

  it('ls --all tells why a file is not shown, and nothing of what is not named as ESHM names it', async function () {
    needsAnotherUser(this);
    const { stdout } = await lab.run(['ls', '--all'], { uid: NOBODY });
    assert.match(stdout, /^\/dev\/shm\/eshm_foreign foreign: its magic is 0x00000000, expected 0x4553484D$/m);
    assert.match(stdout, /^\/dev\/shm\/eshm_small foreign: its size of 6 bytes fits no ESHM segment$/m);
    assert.match(stdout, /^\/dev\/shm\/eshm_hidden unreadable: .*EACCES.*mode 0600 .*uid 0.*uid 65534$/m);
    assert.doesNotMatch(stdout, /sem\.other/);
  });

  it('ls --json has the path, and no key', async () => {
    const [live] = (await found()).filter(({ state }) => state === 'live') as [FileJson];
    assert.deepEqual(
      [live.shm, live.key, live.file, live.size, live.mode, live.attachments],
      ['posix', null, fileOf('living'), 8576, 0o644, null],
    );
    assert.deepEqual([live.master.pid, live.slave.pid], [master.pid, slave.pid]);
    assert.deepEqual([live.master.beating, live.slave.beating], [true, true]);
    assert.equal(live.masterToSlave.writeCount, 1);
  });

  it('ls --shm leaves the other kind out', async () => {
    const segment = lab.peer(await requirePeersOf('system-v'));
    await segment.open('master', 'a segment');
    assert.deepEqual(new Set((await found()).map(({ shm }) => shm)), new Set(['system-v', 'posix']));
    assert.deepEqual(new Set((await found('--shm', 'posix')).map(({ shm }) => shm)), new Set(['posix']));
    assert.deepEqual(
      new Set((await found('--shm', 'system-v')).map(({ shm }) => shm)),
      new Set(['system-v']),
    );
    await segment.quit();
  });

  const requirePeersOf = async (shm: 'system-v' | 'posix') => buildPeers({ shm });

  it('stat decodes a file by its name, safe to print', async () => {
    const { code, stdout } = await lab.run(['stat', 'living', '--interval', '50']);
    assert.equal(code, 0);
    assert.match(stdout, /^living {2}live\nfile {6}\/dev\/shm\/eshm_living, inode \d+, 8,576 B\n/);
    assert.match(stdout, /^master +\d+ eshm_peer, beating, \d+ beats\/s/m);
    assert.match(stdout, /^ {2}hello\\0$/m);
  });

  it('stat of a name in both places shows the live one, and says where the other is', async () => {
    const segment = lab.peer(await requirePeersOf('system-v'));
    await segment.open('master', 'dead/one');
    const { stdout } = await lab.run(['stat', 'dead/one', '--interval', '10']);
    assert.match(stdout, /^dead\/one {2}live\nsegment /);
    assert.match(stdout, /\nalso stale: \/dev\/shm\/eshm_dead_one, --shm posix\n$/);
    const file = await lab.run(['stat', 'dead/one', '--interval', '10', '--shm', 'posix']);
    assert.match(file.stdout, /^dead\/one {2}stale\nfile /);
    const places = (await checks(['dead/one'])).filter(({ check }) => check === 'places');
    assert.deepEqual(
      places.map(({ level, advice }) => [level, advice]),
      [['note', 'eshm rm dead/one --shm posix']],
    );
    await segment.quit();
  });

  it('doctor tells that a name lives in both places', async () => {
    const segment = lab.peer(await requirePeersOf('system-v'));
    await segment.open('master', 'living');
    const places = (await checks(['living'])).filter(({ check }) => check === 'places');
    await segment.quit();
    assert.equal(places[0]?.level, 'problem');
    assert.match(
      places[0]?.found ?? '',
      /^'living' has two masters: \d+ eshm_peer in 0x.* in \/dev\/shm\/eshm_living$/,
    );
  });

  it("top and metrics call a file's channel by its name", async () => {
    const { stdout } = await lab.run(['top', '--count', '2', '--interval', '20', 'dead/one', 'living']);
    assert.match(stdout, /^\S+ living shm=posix id=\d+ state=live master=\d+ slave=\d+ /m);
    assert.match(stdout, /^\S+ dead\/one shm=posix id=\d+ state=stale /m);
    const { stdout: page } = await lab.run(['metrics']);
    assert.match(
      page,
      /^eshm_messages_written_total\{channel="living",shm="posix",direction="master_to_slave"\} 1$/m,
    );
    assert.match(
      page,
      /^eshm_segment_info\{channel="dead_one",shm="posix",key="",file="\/dev\/shm\/eshm_dead_one",/m,
    );
    assert.match(page, /^eshm_segments\{shm="posix",state="foreign"\} 3$/m);
    assert.doesNotMatch(page, /eshm_segment_attachments\{/);
  });

  it('doctor names the stale file, and one that another user may read and not write', async function () {
    needsAnotherUser(this);
    const results = await checks([], NOBODY);
    const of = (check: string) => results.filter((result) => result.check === check);
    assert.deepEqual(
      of('stale').map(({ level, advice }) => [level, advice]),
      [['problem', 'eshm rm dead_one --shm posix, or start its master again']],
    );
    const modes = of('modes').find(({ found }) => found.includes(fileOf('living')));
    assert.match(
      modes?.found ?? '',
      /has mode 0644 and belongs to uid 0: uid 65534 may look but perhaps not join/,
    );
    assert.match(
      modes?.advice ?? '',
      /chmod 666 \/dev\/shm\/eshm_living, or start a C\+\+ or Python master under umask 0/,
    );
    assert.equal(of('/dev/shm')[0]?.level, 'ok');
    assert.match(
      of('segments')[0]?.found ?? '',
      /^0 ESHM segments and 2 files, 1 live: \/dev\/shm\/eshm_living$/,
    );
    assert.match(of('unreadable')[0]?.found ?? '', /eshm_hidden/);
  });

  it('doctor tells of names that share a file', async () => {
    const results = await checks(['a/b', 'a_b']);
    const [shared] = results.filter(({ check }) => check === 'collisions');
    assert.equal(shared?.level, 'problem');
    assert.match(shared?.found ?? '', /^'a\/b' and 'a_b' share the file \/dev\/shm\/eshm_a_b$/);
  });

  it('rm refuses a live file and one that is not ESHM, in one line each', async () => {
    for (const name of ['living', 'foreign', 'small']) {
      const { code, stderr } = await lab.run(['rm', name]);
      assert.equal(code, 1, stderr);
      assert.match(stderr, new RegExp(`^eshm: Cannot rm '${name}', /dev/shm/eshm_${name}: .*\\n$`));
    }
    assert.equal(await shell('ls /dev/shm | grep -c eshm_'), '5\n');
  });

  it('rm --stale spares a file that a stopped process has mapped, and removes exactly the one that nobody has', async () => {
    const stopped = lab.peer(peers);
    await stopped.open('master', 'stopped');
    stopped.signal('SIGSTOP');
    await until('no heartbeat', async () =>
      (await found()).some(({ file, state }) => file === fileOf('stopped') && state === 'stale'),
    );
    const { code, stdout, stderr } = await lab.run(['rm', '--stale']);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Removed \/dev\/shm\/eshm_dead_one$/m);
    assert.match(
      stderr,
      new RegExp(`kept ${fileOf('stopped')}: no heartbeat, but process ${stopped.pid} has it.*--force`),
    );
    stopped.signal('SIGCONT');
    await stopped.quit();
    assert.deepEqual(
      (await found()).map(({ file }) => file),
      [fileOf('living')],
    );
    assert.ok(await master.isRemoteAlive(), 'the live pair did not notice');
  });

  it('rm --stale removes a file whose name and inode one has that lives in another /dev/shm', async function () {
    const [here, there] = [await Lab.start(this), await Lab.start(this)];
    try {
      const [dead, living] = [here.peer(peers), there.peer(peers)];
      await living.open('master', 'twin');
      await dead.open('master', 'twin');
      await dead.kill();
      const inodes = [here, there].map(
        async (one) => (await one.shell(`stat -c %i ${fileOf('twin')}`)).stdout,
      );
      assert.equal(await inodes[0], await inodes[1]);
      const { stdout, stderr } = await here.run(['rm', '--stale']);
      assert.match(stdout, /^Removed \/dev\/shm\/eshm_twin$/m);
      assert.equal(stderr, '');
      await living.quit();
    } finally {
      await Promise.all([here.end(), there.end()]);
    }
  });

  it('rm of a name removes its segment and its file', async () => {
    for (const shm of ['system-v', 'posix'] as const) {
      const dead = lab.peer(await requirePeersOf(shm));
      await dead.open('master', 'twice');
      await dead.kill();
    }
    const { code, stdout } = await lab.run(['rm', 'twice']);
    assert.equal(code, 0);
    assert.match(stdout, /^Removed 0x\w{8} \(id \d+\)\nRemoved \/dev\/shm\/eshm_twice\n$/);
    assert.deepEqual(lab.segments(), []);
  });

  it("says what keeps another user's file from being removed", async function () {
    needsAnotherUser(this);
    const dead = lab.peer(peers);
    await dead.open('master', 'owned');
    await dead.kill();
    const { code, stderr } = await lab.run(['rm', 'owned'], { uid: NOBODY });
    assert.equal(code, 1);
    assert.match(stderr, /^eshm: .*\/dev\/shm\/eshm_owned.*EPERM.*\n$/);
    assert.doesNotMatch(stderr, STACK_TRACE);
    assert.equal((await lab.run(['rm', 'owned'])).code, 0);
  });
});

describe('eshm recv, send and demo over files in /dev/shm', () => {
  let lab: Lab;
  let peers: Peers;

  before(async function () {
    peers = await requirePeers(this, ['c++', 'python'], { shm: 'posix-remembers' });
    lab = await Lab.start(this);
  });

  after(() => lab?.end());

  it('recv finds a C++ master in a file without being told', async () => {
    const master = lab.peer(peers);
    await master.open('master', 'camera', 'threshold=5000');
    const child = lab.start(['recv', 'camera', '--count', '1']);
    child.stdin.end();
    let text: string | undefined;
    createInterface({ input: child.stdout }).once('line', (line) => {
      text = line;
    });
    await until('a picture', async () => {
      await master.write(Buffer.from('picture'));
      return text !== undefined;
    });
    assert.equal(text, 'picture');
    await master.quit();
  });

  for (const shm of ['system-v', 'posix'] as const) {
    it(`send --shm ${shm} and recv --shm ${shm} meet, and touch nothing else`, async () => {
      const reader = lab.start([
        'recv',
        'robot',
        '--shm',
        shm,
        '--role',
        'master',
        '--count',
        '1',
        '--timeout',
        '60000',
      ]);
      reader.stdin.end();
      const received = outcomeOf(reader);
      const place = shm === 'posix' ? 'file' : 'segment';
      await until(`a ${place}`, async () => (await lab.list()).length > 0);
      assert.deepEqual(
        (await lab.list()).map((one) => one.shm),
        [shm],
      );
      const sent = await lab.run(['send', 'robot', 'go', '--shm', shm, '--role', 'slave']);
      assert.deepEqual([sent.code, sent.stderr], [0, '']);
      assert.deepEqual(await received, { code: 0, stdout: 'go\n', stderr: '' });
      assert.deepEqual(await lab.list(), []);
    });
  }

  it('demo pair --shm posix passes messages both ways, and leaves nothing', async () => {
    const { code, stdout } = await lab.run(['demo', 'pair', '--shm', 'posix', '--count', '20']);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /Messages went both ways\.\n$/);
    assert.deepEqual(await lab.list(), []);
  });

  it('recv of a dead master says in which kind of memory, or that one is in both', async () => {
    const kinds = { posix: peers, 'system-v': await buildPeers({ shm: 'system-v' }) };
    for (const [shm, where] of [
      ['posix', 'there is a file, but its master does not beat'],
      [
        'system-v',
        'there is a segment, but its master does not beat; and there is a file, but its master does not beat',
      ],
    ] as const) {
      const master = lab.peer(kinds[shm]);
      await master.open('master', 'late', 'threshold=50');
      await master.kill();
      const { code, stderr } = await lab.run(['recv', 'late', '--timeout', '1']);
      assert.deepEqual(
        [code, stderr.split('; start one')[0], stderr.match(/\n/g)?.length],
        [1, `eshm: Cannot join 'late': ${where}`, 1],
        stderr,
      );
    }
    assert.equal((await lab.run(['rm', 'late', '--force'])).code, 0);
  });

  it('who finds nobody says where it looked', async () => {
    for (const [args, where] of [
      [
        [],
        /there is neither a segment under key 0x\w{8} nor a file \/dev\/shm\/eshm_nobody; start a master first/,
      ],
      [['--shm', 'posix'], /there is no file \/dev\/shm\/eshm_nobody; start a master first/],
      [['--shm', 'system-v'], /there is no segment under key 0x\w{8}; start a master first/],
    ] as const) {
      for (const command of [
        ['recv', 'nobody', '--timeout', '1'],
        ['stat', 'nobody'],
      ]) {
        const { code, stderr } = await lab.run([...command, ...args]);
        assert.equal(code, 1);
        assert.match(stderr, where);
        assert.match(stderr, /^eshm: [^\n]*\n$/);
      }
    }
  });
});

describe('eshm doctor where /dev/shm is not as it should be', () => {
  const cases: [what: string, room: string | undefined, spoil: string, level: string, found: RegExp][] = [
    ['is full', '16k', 'head -c 12000 /dev/zero > /dev/shm/other', 'problem', /^it is full: /],
    [
      'is mounted read-only',
      undefined,
      'mount -o remount,ro /dev/shm',
      'problem',
      /EROFS.*mounted read-only/,
    ],
    [
      'is missing',
      undefined,
      'umount /dev/shm && mount -t tmpfs none /dev && mkdir /dev/pts',
      'problem',
      /ENOENT/,
    ],
    ['is mounted noexec', undefined, 'mount -o remount,noexec,nosuid,nodev /dev/shm', 'ok', /^tmpfs, /],
  ];
  for (const [what, room, spoil, level, found] of cases) {
    it(`${what}: says so, and goes on`, async function () {
      const lab = await Lab.start(this, room);
      try {
        const spoilt = await lab.shell(spoil);
        assert.equal(spoilt.code, 0, spoilt.stderr);
        const { code, stdout } = await lab.run(['doctor', '--json']);
        const results: CheckJson[] = JSON.parse(stdout);
        const folder = results.find(({ check }) => check === '/dev/shm');
        assert.equal(folder?.level, level);
        assert.match(folder?.found ?? '', found);
        assert.equal(code, level === 'problem' ? 1 : 0);
        assert.ok(
          results.some(({ check }) => check === 'clocks'),
          'the checks after it were made',
        );
      } finally {
        await lab.end();
      }
    });
  }

  it('goes on where no segment can be made, and shows which limit is reached', async function () {
    const lab = await Lab.start(this);
    try {
      await lab.create(1, 8576, 0o666);
      await lab.create(2, 8576, 0o666);
      await lab.shell('echo 2 > /proc/sys/kernel/shmmni');
      const { code, stdout } = await lab.run(['doctor']);
      assert.equal(code, 1);
      assert.match(
        stdout,
        /^BAD {3}system calls .*ENOSPC.*\n +-> a limit is reached: shmmni or shmall below says which/m,
      );
      assert.match(stdout, /^BAD {3}shmmni +2 of 2 segments in use\n +-> .*kernel\.shmmni=3$/m);
      await lab.shell('echo 4096 > /proc/sys/kernel/shmmni; echo 7 > /proc/sys/kernel/shmall');
      const pages = await lab.run(['doctor']);
      assert.match(pages.stdout, /^BAD {3}shmall +6 of 7 pages in use\n +-> .*kernel\.shmall=9$/m);
    } finally {
      await lab.end();
    }
  });

  it('stat and doctor tell of a segment that was removed while it was attached', async function () {
    const peers = await requirePeers(this, ['c++']);
    const lab = await Lab.start(this);
    try {
      const master = lab.peer(peers);
      await master.open('master', 'removed');
      const [{ id }] = lab.segments() as [SegmentStat];
      assert.equal((await lab.run(['rm', 'removed', '--force'])).code, 0);
      const { stdout } = await lab.run(['stat', '--id', `${id}`, '--interval', '10']);
      assert.match(stdout, /^segment \d+ {2}live, removed\n/);
      assert.match(stdout, /^removed {3}its key is free .* the last of 1 attachment$/m);
      const doctor = await lab.run(['doctor']);
      assert.match(doctor.stdout, /^note {2}removed +.* was removed while it was attached: /m);
      await master.quit();
    } finally {
      await lab.end();
    }
  });
});
