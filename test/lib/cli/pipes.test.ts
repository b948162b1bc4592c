import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { deriveKey, layoutFor } from '../../../layout/index.js';
import { type Peers, requirePeers } from '../../peers/build.js';
import { until } from '../../peers/helpers.js';
import type { PeerProcess } from '../../peers/peer-process.js';
import { NOBODY, needsAnotherUser, skip } from '../../support/needs.js';
import { builtUrl } from '../../support/run-node.js';
import { size } from '../../support/sizes.js';
import { ESHM, Lab, outcomeOf, STACK_TRACE } from './lab.js';

/** A stale threshold for a busy machine. */
const PATIENT = 'threshold=3000';
/** The same for how long an end waits for the other. */
const PATIENCE = ['--timeout', '20000'];

/** Lines that go from one command to another: alike, and numbered. */
const LINES = size({ short: 3000, long: 10_000 });
const NUMBERED = size({ short: 800, long: 3000 });

/** Whether a slave beats. It is flagged a moment before, and takes what is written in that moment for read. */
async function hasSlave(master: PeerProcess): Promise<boolean> {
  return /slave_heartbeat=[1-9]/.test(await master.ask('stats'));
}

describe('eshm send and recv', () => {
  let peers: Peers;
  let lab: Lab;

  before(async function () {
    peers = await requirePeers(this, ['c++', 'python']);
    lab = await Lab.start(this);
  });
  after(() => lab?.end());

  afterEach('no segment is left', () => assert.deepEqual(lab.segments(), []));

  it(`yes | head -${LINES} | send --ack delivers every line to recv --count ${LINES}`, async () => {
    const { code, stdout, stderr } = await lab.shell(
      `yes | head -${LINES} | eshm send x --ack & eshm recv x --count ${LINES}; code=$?; wait $! || exit 9; exit $code`,
    );
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal(stdout, 'y\n'.repeat(LINES));
  });

  /** Numbered lines from one process to another; the one named first is there before the other starts. */
  async function relay(first: 'send' | 'recv', senderRole: 'master' | 'slave'): Promise<void> {
    const receiverRole = senderRole === 'master' ? 'slave' : 'master';
    const text = Array.from({ length: NUMBERED }, (_, i) => `${i + 1}\n`).join('');
    const begin = {
      send: () => lab.run(['send', 'x', '--ack', '--role', senderRole, ...PATIENCE], { input: text }),
      recv: () => lab.run(['recv', 'x', '--count', `${NUMBERED}`, '--role', receiverRole, ...PATIENCE]),
    };
    const earlier = begin[first]();
    // A slave that waits for its master leaves no trace; it is given as long as another command takes.
    const isMaster = (first === 'send' ? senderRole : receiverRole) === 'master';
    if (isMaster) await until('a master', () => lab.segments().length > 0);
    else await lab.run(['key', 'x']);
    const later = begin[first === 'send' ? 'recv' : 'send']();
    const [sent, received] = await Promise.all(first === 'send' ? [earlier, later] : [later, earlier]);
    assert.deepEqual(sent, { code: 0, stdout: '', stderr: '' });
    assert.deepEqual([received.code, received.stderr], [0, '']);
    assert.equal(received.stdout, text);
  }

  for (const senderRole of ['master', 'slave'] as const) {
    for (const first of ['send', 'recv'] as const) {
      it(`numbered lines arrive in order from a ${senderRole}, with ${first} started first`, () =>
        relay(first, senderRole));
    }
  }

  it('a line that its reader did not come to reading goes to the next one, and none is lost or doubled', async () => {
    const sending = lab.run(['send', 'x', '--ack'], { input: 'one\ntwo\nthree\n' });
    for (const line of ['one', 'two', 'three']) {
      assert.deepEqual(await lab.run(['recv', 'x', '--count', '1']), {
        code: 0,
        stdout: `${line}\n`,
        stderr: '',
      });
    }
    assert.deepEqual(await sending, { code: 0, stdout: '', stderr: '' });
  });

  it('--raw carries any bytes in both directions of the shell', async () => {
    const bytes = randomBytes(100_000);
    const sending = lab.run(['send', 'x', '--raw', '--ack'], { input: bytes });
    const receiver = lab.start(['recv', 'x', '--raw']);
    const received: Buffer[] = [];
    receiver.stdout.on('data', (chunk: Buffer) => received.push(chunk));
    await new Promise((resolve) => receiver.once('close', resolve));
    assert.equal((await sending).code, 0);
    assert.ok(Buffer.concat(received).equals(bytes));
  });

  it('a C++ master is answered as its slave, and its final NUL is left out', async () => {
    const master = lab.peer(peers);
    await master.open('master', 'x', PATIENT);
    const receiving = lab.run(['recv', 'x', '--count', '1']);
    await until('a slave', () => hasSlave(master));
    await master.write(Buffer.from('hi\0'));
    assert.deepEqual(await receiving, { code: 0, stdout: 'hi\n', stderr: '' });
    const reading = master.read(120_000);
    const sent = await lab.run(['send', 'x', 'héllo', '--nul', '--ack', '--resend', '20']);
    assert.deepEqual(sent, { code: 0, stdout: '', stderr: '' });
    assert.equal((await reading).toString(), 'héllo\0');
    await master.quit();
  });

  it('a Python slave reads what send --ack --resend writes as master', async () => {
    const sending = lab.run(['send', 'x', 'from the shell', '--ack', '--resend', '20', '--timeout', '20000']);
    const slave = lab.peer(peers, 'python');
    await until('a master', async () => (await slave.ask('open slave x')).startsWith('ok'));
    // On a busy machine the slave may find its master stale for a moment, and its reads refuse then.
    let received = '';
    await until('the message', async () => {
      const answer = await slave.ask('read 1000');
      if (answer.startsWith('data ')) received = Buffer.from(answer.slice(5), 'hex').toString();
      return received !== '';
    });
    assert.equal(received, 'from the shell');
    assert.deepEqual(await sending, { code: 0, stdout: '', stderr: '' });
    await slave.quit();
  });

  it('recv says how many messages were overwritten', async () => {
    const master = lab.peer(peers);
    await master.open('master', 'x', PATIENT);
    const receiving = lab.run(['recv', 'x']);
    await until('a slave', () => hasSlave(master));
    await master.command('burst 20000 16 0');
    await master.quit();
    const { code, stdout, stderr } = await receiving;
    assert.equal(code, 0, stderr);
    const read = stdout.split('\n').length - 1;
    assert.ok(read > 0);
    assert.match(stderr, /^eshm: [\d,]+ messages overwritten before they were read/);
  });

  it('send lives through a restart of its master', async () => {
    const receive = () => lab.run(['recv', 'x', '--role', 'master', '--count', '1', ...PATIENCE]);
    const first = receive();
    await until('a master', () => lab.segments().length > 0);
    const sender = lab.start(['send', 'x', '--role', 'slave', '--reconnect-wait', '20000', ...PATIENCE]);
    const sent = outcomeOf(sender);
    // What is written before the loss is noticed is lost with the old segment.
    const feed = setInterval(() => sender.stdin.write('line\n'), 20);
    try {
      assert.equal((await first).stdout, 'line\n');
      // Five times the threshold: meanwhile there is nobody to write to.
      await sleep(500);
      assert.equal((await receive()).stdout, 'line\n');
    } finally {
      clearInterval(feed);
    }
    sender.kill('SIGINT');
    assert.deepEqual(await sent, { code: 130, stdout: '', stderr: '' });
  });

  /** A receiving master with the slave that it has heard from, and has seen beat unless told; short of patience. */
  async function receivingMaster(waitMs: number, { beats = true } = {}) {
    const times = ['--stale-threshold', '300', '--reconnect-wait', `${waitMs}`];
    const receiver = lab.start(['recv', 'x', '--role', 'master', ...times]);
    let told = '';
    receiver.stdout.on('data', (text) => {
      told += text;
    });
    const received = outcomeOf(receiver);
    await until('a master', () => lab.segments().length > 0);
    const heard = async (slave: PeerProcess, text: string) => {
      await until('its place', async () =>
        (await slave.ask(`open slave x threads=${Number(beats)}`)).startsWith('ok'),
      );
      await slave.write(Buffer.from(text));
      await until('the message', () => told.endsWith(`${text}\n`));
      if (beats) await until('its beat', () => hasSlave(slave));
    };
    const slave = lab.peer(peers);
    await heard(slave, 'first');
    return { received, receiver, slave };
  }

  for (const [when, beats] of [
    ['', true],
    [' before its first beat', false],
  ] as const) {
    it(`recv as master ends with 1 when its slave is killed${when} and none comes in its place`, async () => {
      const { received, slave } = await receivingMaster(200, { beats });
      await slave.kill();
      const { code, stdout, stderr } = await received;
      assert.deepEqual([code, stdout], [1, 'first\n']);
      assert.match(
        stderr,
        /^eshm: Cannot receive from 'x': its slave beats no more and has not said that it left, and none came .* within 200 ms; .*\n$/,
      );
    });
  }

  it('recv as master goes on with a slave that comes in the place of a killed one in time', async () => {
    const { received, slave } = await receivingMaster(20_000);
    await slave.kill();
    await sleep(600);
    // It takes its flag down whatever it thinks of its master at that moment; a C++ slave may not, as the next test has it.
    const sent = lab.run(['send', 'x', 'second', '--role', 'slave', '--ack', ...PATIENCE]);
    assert.deepEqual(await received, { code: 0, stdout: 'first\nsecond\n', stderr: '' });
    assert.deepEqual(await sent, { code: 0, stdout: '', stderr: '' });
  });

  it('a C++ slave that ends while it looks for its stopped master is as one that was killed: its flag stays', async () => {
    const { received, receiver, slave } = await receivingMaster(200);
    const signal = (name: NodeJS.Signals) => process.kill(-receiver.pid!, name);
    signal('SIGSTOP');
    try {
      // It has let go of the segment by then, so it can say nothing there when it leaves.
      await until('its loss', async () => (await slave.ask('stale-count')) !== 'stale-count 0');
      await until('its search', () => lab.segments().every(({ attachments }) => attachments === 1));
      await slave.quit();
    } finally {
      signal('SIGCONT');
    }
    const { code, stdout, stderr } = await received;
    assert.deepEqual([code, stdout], [1, 'first\n']);
    assert.match(
      stderr,
      /^eshm: Cannot receive from 'x': its slave beats no more and has not said that it left/,
    );
  });

  /** Leaves a segment in which master and slave were killed. */
  async function leaveTheDead(): Promise<void> {
    const [master, slave] = [lab.peer(peers), lab.peer(peers)];
    await master.open('master', 'x', 'threshold=300');
    await slave.open('slave', 'x');
    await until('its first beat', () => hasSlave(master));
    for (const side of [master, slave]) await side.kill();
  }

  it('recv as master waits for its first slave however long, also where a dead one has left its mark', async () => {
    await leaveTheDead();
    const receiving = lab.run(['recv', 'x', '--role', 'master', '--reconnect-wait', '100']);
    await until('a master', () => lab.segments().some(({ attachments }) => attachments > 0));
    // Longer than the threshold and the wait together.
    await sleep(1500);
    // It takes its flag down also where it thinks that its master is stale.
    const sent = lab.run(['send', 'x', 'at last', '--role', 'slave', '--ack', ...PATIENCE]);
    assert.deepEqual(await receiving, { code: 0, stdout: 'at last\n', stderr: '' });
    assert.deepEqual(await sent, { code: 0, stdout: '', stderr: '' });
  });

  for (const [what, options] of [
    ['between two of its looks', ''],
    ['between two of its looks and before its first beat', 'threads=0'],
  ]) {
    it(`recv as master prints what a slave has written that came and left ${what}`, async () => {
      const receiving = lab.start(['recv', 'x', '--role', 'master']);
      const received = outcomeOf(receiving);
      const looker = lab.peer(peers);
      const beats = async () =>
        (await looker.dump('x')).readBigUInt64LE(layoutFor().header.masterHeartbeat) > 0n;
      await until('a master', async () => lab.segments().length > 0 && (await beats()));
      const signal = (name: NodeJS.Signals) => process.kill(-receiving.pid!, name);
      signal('SIGSTOP');
      try {
        const slave = lab.peer(peers);
        await slave.open('slave', 'x', options);
        await slave.write(Buffer.from('in passing'));
        await slave.quit();
      } finally {
        signal('SIGCONT');
      }
      assert.deepEqual(await received, { code: 0, stdout: 'in passing\n', stderr: '' });
    });
  }

  it('a master does not take a slave that died before it came for one that is there', async () => {
    await leaveTheDead();
    const { code, stderr } = await lab.run(['recv', 'x', '--role', 'master', '--timeout', '600']);
    assert.deepEqual([code, stderr], [1, "eshm: Cannot reach the slave of 'x': none came within 600 ms\n"]);
  });

  it('recv goes on after a damaged message, with a line on stderr', async () => {
    // A master without manners: it beats as ours do, and writes by hand.
    const master = lab.spawn([
      process.execPath,
      '--input-type=module',
      '-e',
      `import { Eshm } from '${builtUrl('lib/index.js')}';
       import { deriveKey, layoutFor } from '${builtUrl('layout/index.js')}';
       import { Segment } from '${builtUrl('syscalls/index.js')}';
       import { setTimeout as sleep } from 'node:timers/promises';
       const master = Eshm.open('x', { role: 'master', staleThresholdMs: 3000 });
       const { bytes } = Segment.attach(Segment.find(deriveKey('x')));
       const { masterToSlave: at, channel } = layoutFor();
       let writes = 0;
       const write = (text, size) => {
         bytes.writeUInt32LE(2 * writes + 1, at + channel.sequence);
         bytes.write(text, at + channel.data);
         bytes.writeUInt32LE(size, at + channel.dataSize);
         bytes.writeUInt32LE(2 * ++writes, at + channel.sequence);
         bytes.writeUInt32LE(writes, at + channel.writeCount);
       };
       while (master.stats().slaveHeartbeat === 0n) await sleep(2);
       write('damaged', 5000);
       for await (const _ of process.stdin);
       write('good', 4);
       while (master.stats().m2sReadCount === 0n) await sleep(2);
       master.close();`,
    ]);
    const masterEnded = outcomeOf(master);
    const receiver = lab.start(['recv', 'x']);
    let told = '';
    receiver.stderr.on('data', (text) => {
      told += text;
    });
    const received = outcomeOf(receiver);
    await until('the line', () => told.includes('\n'));
    master.stdin.end();
    const { code, stdout, stderr } = await received;
    assert.deepEqual([code, stdout], [0, 'good\n'], stderr);
    assert.match(stderr, /^eshm: Cannot read message from 'x': dataSize is 5000, expected 4096 at most.*\n$/);
    assert.deepEqual(await masterEnded, { code: 0, stdout: '', stderr: '' });
  });

  for (const [what, args, message] of [
    [
      'recv of a name nobody created',
      ['recv', 'nobody', '--timeout', '50'],
      /nobody has created it, there is neither .*; start a master first.*`eshm send nobody --role master`/,
    ],
    [
      'recv without a message in time',
      ['recv', 'x', '--role', 'master', '--timeout', '50'],
      /none came within 50 ms/,
    ],
    [
      'send without a reader in time',
      ['send', 'x', 'text', '--ack', '--timeout', '50'],
      /none came within 50 ms/,
    ],
  ] as const) {
    it(`${what} ends with 1 and one line`, async () => {
      const { code, stdout, stderr } = await lab.run(args);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, /^eshm: .*\n$/);
      assert.match(stderr, message);
    });
  }

  it('recv --timeout 0 beside a live master says that there is no message, not that the master is dead', async () => {
    const master = lab.peer(peers);
    await master.open('master', 'x', PATIENT);
    const { code, stdout, stderr } = await lab.run(['recv', 'x', '--timeout', '0']);
    assert.deepEqual([code, stdout], [1, '']);
    assert.equal(stderr, "eshm: Cannot receive from 'x': no message within 0 ms\n");
    await master.quit();
  });

  it('a new segment gets --stale-threshold and --mode; --force takes the place of a live master', async () => {
    const first = lab.start(['send', 'x', '--role', 'master', '--stale-threshold', '3000', '--mode', '0640']);
    const ended = outcomeOf(first);
    await until('its segment', () => lab.segments().length > 0);
    const [segment] = await lab.list();
    assert.deepEqual([segment?.staleThresholdMs, segment?.mode], [3000, 0o640]);
    const second = ['recv', 'x', '--role', 'master', '--timeout', '50'];
    const refused = await lab.run(second);
    assert.deepEqual([refused.code, refused.stdout], [1, '']);
    assert.match(
      refused.stderr,
      /^eshm: .*a live master has it .*or take its place with --force; or look on beside it: `eshm recv x --observe`\n$/,
    );
    const forced = await lab.run([...second, '--force']);
    assert.match(forced.stderr, /none came within 50 ms/);
    // Nobody will come to it any more.
    const { code, stderr } = await ended;
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^eshm: Cannot read: another master of 'x' has taken the place of this one \(pid \d+, generation 2\)/m,
    );
  });

  it("--owner-only refuses another user's segment, and another --max-data-size is named as the shell knows it", async function () {
    needsAnotherUser(this);
    const master = lab.peer(peers);
    await master.open('master', 'x', PATIENT);
    const [other, small] = await Promise.all([
      lab.run(['recv', 'x', '--owner-only'], { uid: NOBODY }),
      lab.run(['recv', 'x', '--max-data-size', '100']),
    ]);
    assert.match(other.stderr, /^eshm: .*belongs to uid 0 .*expected 65534 \(--owner-only\)\n$/);
    assert.match(
      small.stderr,
      /^eshm: .*8576 bytes, expected \d+ .*its slots have 4096 bytes: give both ends the same --max-data-size, this one --max-data-size 4096\n$/,
    );
    assert.deepEqual([other.code, small.code], [1, 1]);
    await master.quit();
  });

  for (const [what, slots, written, told] of [
    [
      'the slots that were found',
      16384,
      true,
      /its slots have 16384 bytes \(or up to 7 less\): .*--max-data-size 16384/,
    ],
    [
      'those that the size leaves open',
      16384,
      false,
      /its slots have 16377 to 16440 bytes, .*--max-data-size/,
    ],
    [
      'the default, where that fits',
      4096,
      false,
      /its slots have 4096 bytes: .*, this one --max-data-size 4096/,
    ],
  ] as const) {
    it(`send and recv with another size of a slot name ${what}, and no way that does not help`, async () => {
      const master = lab.spawn([
        process.execPath,
        '--input-type=module',
        '-e',
        `import { Eshm } from '${builtUrl('lib/index.js')}';
         const master = Eshm.open('x', { role: 'master', shm: 'system-v', maxDataSize: ${slots}, staleThresholdMs: 5000 });
         if (${written}) master.write('hello');
         console.log('there');
         for await (const _ of process.stdin);
         master.close();`,
      ]);
      await once(master.stdout, 'data');
      const size = slots === 4096 ? ['--max-data-size', '8192'] : [];
      const outcomes = [await lab.run(['send', 'x', 'hi', ...size]), await lab.run(['recv', 'x', ...size])];
      for (const { code, stderr } of outcomes) {
        assert.equal(code, 1);
        assert.match(stderr, /^eshm: Cannot (?:open|connect to) 'x'/);
        assert.match(stderr, told);
        assert.doesNotMatch(stderr, /--force/);
      }
      assert.doesNotMatch(outcomes[0]!.stderr, /as master|another name/);
      const ended = once(master, 'close');
      master.stdin.end();
      await ended;
    });
  }

  it('recv --count ends with 1 when the other side leaves too early', async () => {
    const sending = lab.run(['send', 'x', 'only one', '--ack']);
    const { code, stdout, stderr } = await lab.run(['recv', 'x', '--count', '2']);
    assert.deepEqual([code, stdout], [1, 'only one\n']);
    assert.match(stderr, /left after 1 messages, expected 2/);
    await sending;
  });

  it('a line that does not fit is refused with its number', async () => {
    const receiving = lab.run(['recv', 'x']);
    const { code, stderr } = await lab.run(['send', 'x', '--ack'], { input: `ok\n${'a'.repeat(5000)}\n` });
    assert.equal(code, 1);
    assert.match(stderr, /^eshm: Cannot send line 2: .*expected 4096 at most.*\n$/);
    assert.equal((await receiving).stdout, 'ok\n');
  });

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    it(`${signal} ends a waiting master with ${code}, without its segment and without a stack trace`, async () => {
      const child = lab.start(['send', 'x', '--ack']);
      const ended = outcomeOf(child);
      await until('its segment', () => lab.segments().some(({ key }) => key === deriveKey('x')));
      child.kill(signal);
      assert.deepEqual(await ended, { code, stdout: '', stderr: '' });
    });
  }

  it('a reader that closes the pipe ends recv and every listing without a word', async () => {
    const { stdout, stderr } = await lab.shell(
      [
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
        'yes | "${ESHM[@]}" send x --ack 2> /dev/null & sender=$!',
        'eshm recv x | head -3',
        'kill -INT $sender; wait $sender',
        'eshm --help | true; eshm key a b c | true; eshm top --interval 10 | head -2 > /dev/null',
      ].join('\n'),
    );
    assert.equal(stdout, 'y\ny\ny\n');
    assert.doesNotMatch(stderr, STACK_TRACE);
    assert.equal(stderr, '');
  });

  it('on a terminal a message is shown with escapes', async function () {
    const typescript = await lab.shell('command -v script');
    if (typescript.code !== 0) skip(this, 'script is missing: install it with apt-get install bsdutils');
    const sending = lab.run(['send', 'x', '\x1b]0;owned\x07', '--ack']);
    const { stdout } = await lab.shell(
      `script -qec "'${process.execPath}' '${ESHM}' recv x --count 1" /dev/null < /dev/null`,
    );
    assert.match(stdout, /\\x1b\]0;owned\\x07/);
    assert.ok(!stdout.includes('\x1b]0'));
    await sending;
  });
});
