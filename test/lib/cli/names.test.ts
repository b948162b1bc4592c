import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type Peers, requirePeers } from '../../peers/build.js';
import { until } from '../../peers/helpers.js';
import { repoRoot } from '../../support/repo-root.js';
import { Lab, outcomeOf } from './lab.js';

const ROBOT = join(repoRoot, 'test/lib/cli/robot.mjs');

const POSE = '{"seq":1,"x":1.5,"y":-2,"q":[0.5,0],"frame":"map"}';

describe('commands about names', () => {
  let peers: Peers;
  let lab: Lab;

  before(async function () {
    peers = await requirePeers(this, ['c++']);
    lab = await Lab.start(this);
    const master = lab.peer(peers);
    await master.open('master', 'imu', 'threshold=10000');
    const script = `import { Eshm } from ${JSON.stringify(join(repoRoot, 'dist/lib/index.js'))}; import { Pose } from ${JSON.stringify(ROBOT)};
      Eshm.open('pose', { role: 'master', shm: 'posix', record: Pose, staleThresholdMs: 5000 }).write({ ...${POSE}, seq: 1n });
      setInterval(() => {}, 1000);`;
    lab.spawn([process.execPath, '--input-type=module', '-e', script]);
    await until('its file', async () => (await lab.run(['stat', 'pose'])).code === 0);
  });
  after(() => lab?.end());

  it('ls has the name of a file behind the key of the segment of that name, and of no other', async () => {
    const child = lab.start(['send', 'two/places', 'x']);
    const named = lab.start(['send', 'both', 'x']);
    let found = '';
    await until('both places of both', async () => {
      found = (await lab.run(['ls'])).stdout;
      return (
        /eshm_both /.test(found) && /eshm_two_places /.test(found) && found.match(/^system-v/gm)?.length === 3
      );
    });
    for (const one of [child, named]) {
      const ended = outcomeOf(one);
      one.kill('SIGINT');
      await ended;
    }
    const keys = found
      .match(/^system-v +0x[0-9a-f]{8}( \(.*?\))?/gm)!
      .map((line) => line.split(/0x\w{8}/)[1]);
    // The file of a name with a slash does not say it.
    assert.deepEqual(keys.sort(), ['', '', ' (both)']);
    const { key } = JSON.parse((await lab.run(['key', '--json', 'both'])).stdout)[0];
    assert.match(found, new RegExp(`${(key >>> 0).toString(16).padStart(8, '0')} \\(both\\) +\\d+ live`));
  });

  it('ls NAME... says of each what is there, in a line, and exits with 1 where one is missing', async () => {
    const found = await lab.run(['ls', 'imu', 'pose']);
    assert.deepEqual([found.code, found.stderr], [0, '']);
    const [imu, pose, ...rest] = found.stdout.split('\n');
    assert.match(
      imu!,
      /^imu: live in System V, 0x[0-9a-f]{8} \(id \d+\), 8,576 B \(slots of 4,096 B\), master \d+ eshm_peer beating, slave never started$/,
    );
    assert.match(
      pose!,
      /^pose: live in POSIX, \/dev\/shm\/eshm_pose, 8,576 B .*, master \d+ \S+ beating, slave never started$/,
    );
    assert.deepEqual(rest, ['']);
    const missing = await lab.run(['ls', 'inu', 'imu']);
    assert.equal(missing.code, 1);
    assert.match(
      missing.stdout,
      /^inu: nobody has created it, there is neither a segment under key 0x[0-9a-f]{8} nor a file \/dev\/shm\/eshm_inu; did you mean 'imu'\?\nimu: live /,
    );
    const json = JSON.parse((await lab.run(['ls', 'inu', 'imu', '--json'])).stdout);
    assert.deepEqual(
      json.map(({ name, state }: Record<string, unknown>) => [name, state]),
      [
        ['inu', 'missing'],
        ['imu', 'live'],
      ],
    );
  });

  it('doctor NAME... says the same of each', async () => {
    const { stdout } = await lab.run(['doctor', 'imu', 'inu']);
    assert.match(stdout, /^ok +name +imu: live in System V, /m);
    assert.match(stdout, /^BAD +name +inu: nobody has created it, .*did you mean 'imu'\?$/m);
  });

  it('doctor NAME ends with 1 for what is wrong with that name, and not for what others have left behind', async () => {
    const dead = lab.peer(peers);
    await dead.open('master', 'left', 'threshold=50');
    await dead.kill();
    const [imu, left, inu, all] = await Promise.all([
      lab.run(['doctor', 'imu']),
      lab.run(['doctor', 'left']),
      lab.run(['doctor', 'inu']),
      lab.run(['doctor']),
    ]);
    await lab.run(['rm', 'left']);
    assert.deepEqual([imu.code, left.code, inu.code, all.code], [0, 1, 1, 1], imu.stdout);
    assert.match(imu.stdout, /^note +stale +0x[0-9a-f]{8} .* has no heartbeat/m);
    for (const { stdout } of [left, all])
      assert.match(stdout, /^BAD +stale +0x[0-9a-f]{8} .* has no heartbeat/m);
  });

  it('stat --json --as and ls --json --as have the decoded record', async () => {
    const record = { name: 'Pose', value: JSON.parse(POSE) };
    const as = ['--json', '--as', `${ROBOT}#Pose`];
    const stat = JSON.parse((await lab.run(['stat', 'pose', ...as, '--interval', '20'])).stdout);
    assert.deepEqual([stat.masterToSlave.record, stat.slaveToMaster.record], [record, undefined]);
    const [watched] = (
      await lab.run(['stat', 'pose', ...as, '--interval', '20', '--watch', '-c', '1'])
    ).stdout.split('\n');
    assert.deepEqual(JSON.parse(watched!).masterToSlave.record, record);
    for (const names of [['pose'], ['--shm', 'posix']]) {
      const [found] = JSON.parse((await lab.run(['ls', ...names, ...as])).stdout);
      assert.deepEqual(found.masterToSlave.record, record);
    }
    const { code, stderr } = await lab.run(['ls', '--as', `${ROBOT}#Pose`]);
    assert.equal(code, 2);
    assert.match(stderr, /expected --json beside it/);
  });

  it('top says which of its names there is nothing of, and what they may have meant', async () => {
    const { code, stdout, stderr } = await lab.run(['top', 'inu', 'imu', '-c', '1', '--interval', '20']);
    assert.equal(code, 0);
    assert.match(stdout, / imu /);
    assert.doesNotMatch(stdout, / pose /);
    assert.match(stderr, /^eshm: inu: nobody has created it, .*did you mean 'imu'\?\n$/);
  });

  it('top NAME shows what has that name, in both kinds of memory, and nothing else', async () => {
    const look = async (...args: string[]) =>
      (await lab.run(['top', '-c', '1', '--interval', '20', ...args])).stdout.replaceAll(/^\S+Z /gm, '');
    assert.match(
      await look(),
      /^(0x\S+ shm=system-v .*\npose shm=posix|pose shm=posix .*\n0x\S+ shm=system-v) .*\n$/,
    );
    assert.match(await look('pose'), /^pose shm=posix .*\n$/);
    assert.match(await look('imu'), /^imu shm=system-v .*\n$/);
    assert.match(await look('imu', 'pose'), /^(imu|pose) .*\n(imu|pose) .*\n$/);
    assert.equal(await look('inu'), 'no segment or file of these names\n');
  });

  it('top -c 1 prints rates, and no loss where nobody has come to read', async () => {
    const { code, stdout } = await lab.run([
      'top',
      'imu',
      '-c',
      '1',
      '--interval',
      '100',
      '--shm',
      'system-v',
    ]);
    assert.equal(code, 0);
    assert.match(stdout, /^\S+Z imu .* m2s\/s=0\.0 s2m\/s=0\.0 lost\/s=0\.0 beats\/s=\d+\.\d,0\.0\n$/);
  });
});
