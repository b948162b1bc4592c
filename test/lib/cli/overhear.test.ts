/** `eshm recv --observe`: what two C++ programs say to each other, put out by a third that is nobody. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type Peers, requirePeers } from '../../peers/build.js';
import type { PeerProcess } from '../../peers/peer-process.js';
import { until } from '../../support/channels.js';
import { repoRoot } from '../../support/repo-root.js';
import { Lab, outcomeOf } from './lab.js';

const ROBOT = join(repoRoot, 'test/lib/cli/robot.mjs');

describe('eshm recv --observe', () => {
  let peers: Peers;
  let lab: Lab;
  let master: PeerProcess;
  let slave: PeerProcess;

  before(async function () {
    peers = await requirePeers(this, ['c++']);
    lab = await Lab.start(this);
  });
  after(() => lab?.end());
  beforeEach(async () => {
    master = lab.peer(peers);
    slave = lab.peer(peers);
    await master.open('master', 'x', 'threshold=10000');
    await slave.open('slave', 'x', 'threshold=10000');
  });
  afterEach(async () => {
    await slave.quit();
    await master.quit();
  });

  /** `eshm recv x`, once it looks. */
  async function start(...args: string[]) {
    const attached = () => lab.segments()[0]?.attachments ?? 0;
    const before = attached();
    const child = lab.start(['recv', 'x', ...args]);
    const outcome = outcomeOf(child);
    let text = '';
    child.stdout.on('data', (more: string) => {
      text += more;
    });
    await until('it is attached', () => attached() === before + 1);
    /** Writes it until it is put out: what is written in the moment of its coming it does not see. */
    const say = async (peer: PeerProcess, message: string, shown = message) => {
      await until(`${message} is put out`, async () => {
        await peer.write(Buffer.from(message));
        return text.includes(shown);
      });
    };
    return { child, outcome, say, text: () => text };
  }

  /** Lines, each once: which came how often is a matter of time. */
  const linesOf = (text: string) => [...new Set(text.trimEnd().split('\n'))];

  it('puts out both directions, takes no role, counts nothing, and ends when the channel is removed', async () => {
    const { outcome, say } = await start('--observe');
    await say(master, 'order 1\0', 'M>S order 1\n');
    await say(slave, 'done 1', 'S>M done 1\n');
    await say(master, 'order 2', 'M>S order 2\n');
    const { m2s_read_count, s2m_read_count, slave_pid } = await master.values('stats');
    assert.deepEqual([m2s_read_count, s2m_read_count, slave_pid], [0, 0, slave.pid]);
    await slave.quit();
    await master.quit();
    const { code, stdout } = await outcome;
    assert.equal(code, 0);
    assert.deepEqual(linesOf(stdout), ['M>S order 1', 'S>M done 1', 'M>S order 2']);
  });

  it('puts out one direction as recv does, and nothing of the other', async () => {
    const { outcome, text } = await start('--direction', 's2m', '--count', '5');
    await until('enough', async () => {
      await master.write(Buffer.from('order'));
      await slave.write(Buffer.from('done'));
      return text() === 'done\n'.repeat(5);
    });
    const { code, stdout } = await outcome;
    assert.deepEqual([code, stdout], [0, 'done\n'.repeat(5)]);
  });

  it('stays with --follow when the channel is removed, and shows the next one', async () => {
    const { child, outcome, say } = await start('--observe', '--follow');
    await say(master, 'first');
    await slave.quit();
    await master.quit();
    await until('it has let go of it', () => lab.segments().length === 0);
    master = lab.peer(peers);
    await master.open('master', 'x', 'threshold=10000');
    await say(master, 'second');
    child.kill('SIGINT');
    const { code, stdout } = await outcome;
    assert.equal(code, 130);
    assert.deepEqual(linesOf(stdout), ['M>S first', 'M>S second']);
  });

  it('puts out JSON with the direction, and tells of what is none', async () => {
    const { child, outcome, text } = await start('--observe', '--items', '--json');
    let told = '';
    child.stderr.on('data', (more: string) => {
      told += more;
    });
    await until('both directions, and what is none', async () => {
      await master.write(Buffer.from('no items'));
      await master.command('items-send c++ 1 0');
      await slave.command('items-send c++ 1 0');
      return /"m2s"/.test(text()) && /"s2m"/.test(text()) && told !== '';
    });
    child.kill('SIGINT');
    const { code, stdout, stderr } = await outcome;
    assert.equal(code, 130);
    for (const line of stdout.trimEnd().split('\n')) {
      const { direction, message } = JSON.parse(line);
      assert.ok(direction === 'm2s' || direction === 's2m', line);
      assert.equal(typeof message, 'object', line);
    }
    assert.match(stderr, /^eshm: .*items/i);
  });

  describe('of records', () => {
    /** A Command of robot.mjs: its size is what tells it. */
    const command = Buffer.alloc(24);
    command.writeUInt32LE(7, 0);
    const pose = Buffer.alloc(40);
    pose.writeBigUInt64LE(9n, 0);

    for (const [what, as] of [
      ['two --as', ['--as', `${ROBOT}#Pose`, '--as', `${ROBOT}#Command`]],
      ['a whole module', ['--as', ROBOT]],
    ] as const) {
      it(`takes ${what}, and tells the records apart by their size`, async () => {
        const { child, outcome, text } = await start('--observe', ...as);
        await until('both', async () => {
          await master.write(command);
          await slave.write(pose);
          return /"m2s"/.test(text()) && /"s2m"/.test(text());
        });
        child.kill('SIGINT');
        const { stdout, stderr } = await outcome;
        assert.deepEqual(linesOf(stdout).sort(), [
          '{"direction":"m2s","message":{"id":7,"speed":0,"mode":"idle"}}',
          '{"direction":"s2m","message":{"seq":9,"x":0,"y":0,"q":[0,0],"frame":""}}',
        ]);
        assert.doesNotMatch(stderr, /Cannot read/);
      });
    }

    for (const [what, as, names] of [
      ['one', ['--as', `${ROBOT}#Pose`], 'Pose'],
      ['several', ['--as', ROBOT], 'Command or Pose'],
    ] as const) {
      it(`says how many messages came that were none of ${what}, and which way`, async () => {
        const came = `[\\d,]+ messages? came \\(M>S\\) and none was ${names}`;
        const waits = new RegExp(`\\neshm: looking at 'x' [^\\n]*: ${came}; Ctrl-C`);
        let stderr = '';
        // Again where the machine was so busy that nothing came in the first second.
        await until('it says so while it waits', async () => {
          const args = ['recv', 'x', '--observe', ...as, '--timeout', '3000'];
          let over = false;
          const running = outcomeOf(lab.start(args, { env: { ESHM_QUIET: undefined } })).finally(() => {
            over = true;
          });
          await until('it has ended', async () => {
            await master.write(Buffer.from('no record'));
            return over;
          });
          const { code, stdout, stderr: told } = await running;
          assert.deepEqual([code, stdout], [1, '']);
          stderr = told;
          return waits.test(told);
        }).catch((error) => assert.fail(`${error.message}: ${stderr}`));
        assert.match(stderr, /^eshm: Cannot read .*: .* has 9 bytes, expected/);
        assert.match(stderr, new RegExp(`\\neshm: Cannot receive from 'x': ${came}, within 3000 ms\\n`));
        assert.doesNotMatch(stderr, /no message within|nothing was written/);
      });
    }

    it('is told by an end of the channel likewise, which reads one way', async () => {
      await slave.quit();
      const args = ['recv', 'x', '--as', `${ROBOT}#Pose`, '--timeout', '3000'];
      let over = false;
      const running = outcomeOf(lab.start(args)).finally(() => {
        over = true;
      });
      await until('it has ended', async () => {
        await master.write(Buffer.from('no record'));
        return over;
      });
      const { code, stderr } = await running;
      assert.equal(code, 1);
      assert.match(
        stderr,
        /\neshm: Cannot receive from 'x': \d+ messages? came and none could be read, within 3000 ms\n/,
      );
      slave = lab.peer(peers);
    });
  });

  it('ends with 1 where no message comes in time', async () => {
    // It is not there for long enough to be met.
    const { code, stdout, stderr } = await lab.run(['recv', 'x', '--direction', 's2m', '--timeout', '50']);
    assert.deepEqual(
      [code, stdout, stderr],
      [1, '', "eshm: Cannot receive from 'x': no message within 50 ms\n"],
    );
  });

  it('says of a channel that is not there that nobody has created it, and which name is like it', async () => {
    const absent = async (...args: string[]) => {
      const child = lab.start(['recv', 'y', '--observe', ...args]);
      const { code, stdout, stderr } = await outcomeOf(child);
      assert.deepEqual([code, stdout], [1, '']);
      return stderr;
    };
    const end = /no message within \d+ ms; nobody has created it, .*; did you mean 'x'\?\n$/;
    assert.match(await absent('--timeout', '50'), end);
    assert.match(await absent('--timeout', '50', '--shm', 'system-v'), end);
  });

  it('ends with 1 where the channel is removed before there were enough messages', async () => {
    const { outcome, say } = await start('--observe', '--count', '1000000');
    await say(master, 'one');
    await slave.quit();
    await master.quit();
    const { code, stderr } = await outcome;
    assert.equal(code, 1);
    assert.match(stderr, /Cannot receive from 'x': it was removed after \d+ messages?, expected 1000000\n/);
  });
});
