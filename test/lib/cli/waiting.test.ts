import assert from 'node:assert/strict';
import { type Peers, requirePeers } from '../../peers/build.js';
import { until } from '../../peers/helpers.js';
import type { PeerProcess } from '../../peers/peer-process.js';
import { Lab, outcomeOf } from './lab.js';

/** With the lines about waits, which other tests leave out. */
const TALKING = { env: { ESHM_QUIET: undefined } };

describe('a command that waits longer than a second', () => {
  let peers: Peers;
  let lab: Lab;

  before(async function () {
    peers = await requirePeers(this, ['c++']);
    lab = await Lab.start(this);
  });
  after(() => lab?.end());

  /** A command whose wait has been told, and what it had said by then. */
  async function told(args: readonly string[], input?: string, wanted = /\n/): Promise<string> {
    const child = lab.start(args, TALKING);
    if (input !== undefined) child.stdin.write(input);
    let said = '';
    child.stderr.on('data', (text) => {
      said += text;
    });
    const ended = outcomeOf(child);
    await until('a line', () => wanted.test(said));
    child.kill('SIGINT');
    assert.equal((await ended).code, 130);
    return said;
  }

  for (const shm of ['system-v', 'posix'] as const) {
    describe(`beside a channel in ${shm}`, () => {
      it('recv of a name with a typing error says what it waits for, which name is like it, and how to end it', async () => {
        const master = lab.peer(peers);
        if (shm === 'system-v') await master.open('master', 'imu');
        const writer =
          shm === 'posix' ? lab.start(['send', 'imu', 'x', '--shm', 'posix', '--role', 'master']) : undefined;
        const isThere = async () => (await lab.run(['stat', 'imu'])).code === 0;
        await until('the channel', isThere);
        assert.match(
          await told(['recv', 'inu', '--timeout', '600000']),
          /^eshm: waiting for a master of 'inu' \(key 0x[0-9a-f]{8}, file \/dev\/shm\/eshm_inu\): nobody has created it; did you mean 'imu'\? Ctrl-C ends this, --timeout MS limits it\n$/,
        );
        assert.match(
          await told(['recv', 'inu', '--observe']),
          /^eshm: waiting for a master of 'inu' .*: there is no such channel yet; did you mean 'imu'\? Ctrl-C ends this/,
        );
        const { code, stderr } = await lab.run(['stat', 'inu']);
        assert.equal(code, 1);
        assert.match(stderr, /nobody has created it.*; did you mean 'imu'\?\n$/);
        const gone = writer && outcomeOf(writer);
        writer?.kill('SIGINT');
        await gone;
        await master.quit();
      });
    });
  }

  it('recv without --timeout says after which time it gives up, as its help does', async () => {
    const [{ code, stderr }, help] = [
      await lab.run(['recv', 'inu'], TALKING),
      await lab.run(['recv', '--help']),
    ];
    assert.equal(code, 1);
    const [waiting, end] = stderr.split('\n');
    assert.match(
      waiting!,
      /: nobody has created it; Ctrl-C ends this, and it gives up after 5000 ms; --timeout MS sets another time$/,
    );
    assert.match(end!, /^eshm: Cannot join 'inu': nobody has created it/);
    assert.match(
      help.stdout.replaceAll(/\s+/g, ' '),
      /\(default: 5000 for a master to come, else no limit\)/,
    );
  });

  it('send says that it is master and that no slave has come', async () => {
    assert.match(
      await told(['send', 'inu', 'hello']),
      /^eshm: waiting for a slave of 'inu' \(key 0x[0-9a-f]{8}, file \/dev\/shm\/eshm_inu\): nobody had created it, so this is its master now, and none has come; Ctrl-C ends this, --timeout MS limits it\n$/,
    );
  });

  it('send with a limit, or as a slave, ends where nobody comes, and its help says so', async () => {
    const [limited, asSlave, help] = await Promise.all([
      lab.run(['send', 'inu', 'hello', '--timeout', '5000'], TALKING),
      lab.run(['send', 'ino', 'hello', '--role', 'slave', '--timeout', '100'], TALKING),
      lab.run(['send', '--help']),
    ]);
    assert.equal(limited.code, 1);
    assert.match(
      limited.stderr,
      /nobody had created it, .*\neshm: Cannot reach the slave of 'inu': none came within 5000 ms\n$/,
    );
    assert.equal(asSlave.code, 1);
    assert.match(asSlave.stderr, /eshm: Cannot join 'ino': nobody has created it/);
    assert.match(
      help.stdout.replaceAll(/\s+/g, ' '),
      /this is its master until a reader has come, for ever without --timeout\. To write only where a master is already: --role slave/,
    );
  });

  it('send that waits for a slave as master ends, with who took its place, when another master starts', async () => {
    const child = lab.start(['send', 'taken', 'hello'], TALKING);
    child.stdin.end();
    const ended = outcomeOf(child);
    await until('its channel', async () => (await lab.run(['stat', 'taken'])).code === 0);
    const master = lab.peer(peers);
    await master.open('master', 'taken', 'threshold=10000');
    const { code, stderr } = await ended;
    assert.equal(code, 1);
    assert.match(
      stderr,
      new RegExp(
        `(^|\\n)eshm: Cannot read: another master of 'taken' .*pid ${master.pid}, generation 1.*\\n$`,
      ),
    );
    await master.quit();
  });

  it('recv beside a master that writes nothing, and send --ack to one that reads nothing, say so', async () => {
    const master = lab.peer(peers);
    await master.open('master', 'x', 'threshold=10000');
    // One that took longer than a second to join has said so in a line before.
    for (const [args, what] of [
      [['recv', 'x'], 'it has written nothing yet that was not read'],
      [['send', 'x', 'hi', '--ack'], 'it has not read the message yet'],
    ] as const) {
      const joined = `^eshm: joined 'x' \\(key .*\\) as slave, its master is \\d+ eshm_peer; ${what}; Ctrl-C ends`;
      await told(args, undefined, new RegExp(joined, 'm'));
    }
    await master.quit();
  });

  /** Kills the master of a `recv` that has put out a message of its. */
  async function lose(receiver: ReturnType<Lab['start']>, master: PeerProcess): Promise<void> {
    let out = '';
    receiver.stdout.on('data', (text) => {
      out += text;
    });
    await until('a slave', async () => /slave_heartbeat=[1-9]/.test(await master.ask('stats')));
    await until('the message', async () => {
      await master.write(Buffer.from('one'));
      return out.includes('one\n');
    });
    await master.kill();
  }

  it('recv --follow says once that its master has gone', async () => {
    const master = lab.peer(peers);
    await master.open('master', 'x', 'threshold=1000');
    const child = lab.start(['recv', 'x', '--follow'], TALKING);
    let said = '';
    child.stderr.on('data', (text) => {
      said += text;
    });
    const ended = outcomeOf(child);
    await lose(child, master);
    await until('the line', () =>
      /waiting for a master of 'x' .*: the one that was there beats no more; Ctrl-C ends this, --timeout MS/.test(
        said,
      ),
    );
    child.kill('SIGINT');
    assert.equal((await ended).code, 130);
  });

  it('recv without --follow says for how long it looks for the next master, and which option sets that', async () => {
    const master = lab.peer(peers);
    await master.open('master', 'x', 'threshold=1000');
    const child = lab.start(['recv', 'x', '--reconnect-wait', '3000'], TALKING);
    const ended = outcomeOf(child);
    await lose(child, master);
    const { code, stderr } = await ended;
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^eshm: waiting for a master of 'x' .*: the one that was there beats no more; Ctrl-C ends this, and it gives up after 3000 ms; --reconnect-wait MS sets another time$/m,
    );
  });

  it('--quiet and ESHM_QUIET keep it silent', async () => {
    for (const [args, options] of [
      [['recv', 'inu', '--timeout', '2000', '--quiet'], TALKING],
      [['recv', 'inu', '--timeout', '2000'], { env: { ESHM_QUIET: '1' } }],
    ] as const) {
      const { code, stderr } = await lab.run(args, options);
      assert.equal(code, 1);
      assert.match(stderr, /^eshm: Cannot join 'inu': nobody has created it[^\n]*\n$/);
    }
  });

  it('recv beside a live slave names a command that looks on; send names the role that --force wants', async () => {
    const [master, slave] = [lab.peer(peers), lab.peer(peers)];
    await master.open('master', 'x', 'threshold=10000');
    await slave.open('slave', 'x');
    const { code, stderr } = await lab.run(['recv', 'x']);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /a live slave has it .*; stop it, or take its place with --force; or look on beside it: `eshm recv x --observe`\n$/,
    );
    const sent = await lab.run(['send', 'x', 'hi', '--timeout', '500']);
    assert.equal(sent.code, 1);
    assert.match(
      sent.stderr,
      /a live slave has it .*; stop it, or take its place with --role slave --force\n$/,
    );
    await slave.quit();
    await master.quit();
  });
});
