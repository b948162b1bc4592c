/** `eshm hz`: the rate of real C++ processes, which do not notice. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { type Peers, requirePeers } from '../../peers/build.js';
import type { PeerProcess } from '../../peers/peer-process.js';
import { until } from '../../support/channels.js';
import { skip } from '../../support/needs.js';
import { inTerminal, Lab, outcomeOf } from './lab.js';

interface Direction {
  readonly name: string;
  readonly direction: string;
  readonly messages: number;
  readonly missed: number;
  readonly rate: number | null;
  readonly periodMs: Readonly<Record<'mean' | 'min' | 'max' | 'stdDev', number | null>>;
  readonly readShare: number | null;
  readonly histogram?: readonly { readonly fromMs: number; readonly toMs: number; readonly count: number }[];
}

interface Line {
  readonly event: 'window' | 'end';
  readonly directions: readonly Direction[];
}

describe('eshm hz', () => {
  let peers: Peers;
  let lab: Lab;
  let master: PeerProcess;

  before(async function () {
    peers = await requirePeers(this, ['c++']);
    lab = await Lab.start(this);
  });
  after(() => lab?.end());
  beforeEach(async () => {
    master = lab.peer(peers);
    await master.open('master', 'robot', 'threshold=10000');
  });
  afterEach(() => master.quit());

  /** `eshm hz --json` while it runs. */
  function start(...args: string[]) {
    const child = lab.start(['hz', ...args, '--json']);
    const lines: Line[] = [];
    let rest = '';
    const outcome = outcomeOf(child);
    child.stdout.on('data', (text: string) => {
      const parts = `${rest}${text}`.split('\n');
      rest = parts.pop()!;
      lines.push(...parts.map((line) => JSON.parse(line) as Line));
    });
    return { child, lines, outcome };
  }

  it('tells rate, periods, losses and the share that is read, and no peer notices', async () => {
    const slave = lab.peer(peers);
    await slave.open('slave', 'robot', 'threshold=10000');
    const before = await master.values('stats');
    const { child, lines, outcome } = start('robot', '--interval', '50', '--window', '500ms');
    await until('it looks', () => lines.length > 0);
    assert.deepEqual(
      lines[0]!.directions.map(({ name, direction, messages, rate }) => [name, direction, messages, rate]),
      [
        ['robot', 'm2s', 0, null],
        ['robot', 's2m', 0, null],
      ],
    );
    const reading = slave.command('drain 500');
    const { messages: written } = await master.values('stream-write 1 64 64 2000');
    await reading;
    // The window slides on until there is nothing in it.
    await until('the window is empty', () => {
      const [m2s] = lines.at(-1)!.directions;
      return m2s!.messages === 0 && lines.some(({ directions }) => directions[0]!.messages > 0);
    });
    child.kill('SIGINT');
    const { code, stderr } = await outcome;
    assert.deepEqual([code, stderr], [130, '']);
    assert.deepEqual(
      lines.map(({ event }) => event),
      [...Array<string>(lines.length - 1).fill('window'), 'end'],
    );
    const [m2s, s2m] = lines.at(-1)!.directions;
    assert.equal(m2s!.messages + m2s!.missed, written);
    const { mean, min, max, stdDev } = m2s!.periodMs as Record<string, number>;
    // The writer sleeps for 2 ms or more between two.
    assert.ok(1.9 <= mean!, JSON.stringify(m2s));
    // Without a core for most of the time it has seen no two that follow each other, and knows no period.
    if (min === null) assert.ok(m2s!.missed > 0 && max === null && stdDev === null, JSON.stringify(m2s));
    else assert.ok(min! <= mean! && mean! <= max! && 0 <= stdDev!, JSON.stringify(m2s));
    assert.ok(Math.abs(m2s!.rate! * mean! - 1000) < 0.01);
    const inHistogram = m2s!.histogram!.reduce((sum, { count }) => sum + count, 0);
    if (m2s!.missed === 0) assert.equal(inHistogram, written! - 1);
    else assert.ok(inHistogram < m2s!.messages);
    assert.deepEqual([s2m!.messages, s2m!.rate, s2m!.readShare], [0, null, null]);
    const after = await master.values('stats');
    assert.equal(after.slave_pid, before.slave_pid);
    assert.equal(m2s!.readShare, Math.round((after.m2s_read_count! / written!) * 1e6) / 1e6);
    await slave.quit();
  });

  it('has a line for each direction in a pipe, and a table and its spread at the end', async () => {
    const child = lab.start(['hz', 'robot', '--interval', '50']);
    const outcome = outcomeOf(child);
    let text = '';
    child.stdout.on('data', (more: string) => {
      text += more;
    });
    const line =
      /^\d{4}-\S+Z robot m2s rate=[\d.]+ mean_ms=[\d.]+ min_ms=[\d.]+ max_ms=[\d.]+ stddev_ms=[\d.]+ messages=\d+ missed=\d+ read=0%$/m;
    await until('a line', async () => {
      await master.write(Buffer.from('x'));
      return line.test(text);
    });
    child.kill('SIGTERM');
    const { code, stdout } = await outcome;
    assert.equal(code, 130);
    const end = stdout.slice(stdout.indexOf('over '));
    assert.match(
      end,
      /^over [\d.]+ s\nCHANNEL WAY +RATE\/s MEAN ms +MIN +MAX STD DEV MISSED READ LAST\nrobot +M>S +[\d.]+/,
    );
    assert.match(end, /^robot +S>M( +-){5} +0( +-){2}$/m);
    assert.match(
      end,
      /^robot M>S: periods\n( +([\d.]+ - [\d.]+|below [\d.]+|above [\d.]+) ms +\d+( [#█]+)?\n)+$/m,
    );
  });

  it('waits for a channel that is not there, and ends with 1 where none came in time', async () => {
    const { lines, outcome } = start('absent', 'robo', '--duration', '120ms', '--interval', '50');
    const { code, stderr } = await outcome;
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^eshm: absent: not there yet, waiting for it\neshm: robo: not there yet, waiting for it.*robot.*\neshm: no message of absent, robo within 0\.12 s, in either direction; .*\n$/,
    );
    assert.deepEqual([lines.at(-1)!.event, lines.at(-1)!.directions.length], ['end', 4]);
  });

  it('says in its help what the window is, with its unit', async () => {
    const { stdout } = await lab.run(['hz', '--help']);
    assert.match(stdout, /--window <time> .*\(default: 10s\)/);
  });

  it('writes its table anew on a terminal, and leaves the last one there', async function () {
    if (spawnSync('tmux', ['-V']).status !== 0) {
      skip(this, 'tmux is missing: install it with apt-get install tmux');
    }
    using terminal = inTerminal(lab, 'hz robot --interval 100');
    await until('a table', async () => {
      await master.write(Buffer.from('x'));
      return /^robot +M>S +[\d.]+ .*[1-9]/m.test(terminal.text) && /periods\n.*█/.test(terminal.text);
    });
    assert.equal(terminal.text.match(/^CHANNEL/gm)!.length, 1);
    for (const line of terminal.text.split('\n')) assert.ok([...line].length <= 80, line);
    terminal.type('C-c');
    await terminal.shows(/^over [\d.]+ s\nCHANNEL[\s\S]*ended with 130$/m);
    assert.equal(terminal.text.match(/^CHANNEL/gm)!.length, 1);
    assert.equal((await master.values('stats')).m2s_read_count, 0);
  });
});
