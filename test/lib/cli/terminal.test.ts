import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deriveKey } from '../../../layout/index.js';
import { type Peers, requirePeers } from '../../peers/build.js';
import { until } from '../../peers/helpers.js';
import type { PeerProcess } from '../../peers/peer-process.js';
import { skip } from '../../support/needs.js';
import { Terminal } from '../../support/terminal.js';
import { ESHM, inTerminal, Lab, outcomeOf, STACK_TRACE } from './lab.js';

describe('eshm top and eshm stat --watch in a terminal', () => {
  let peers: Peers;
  let lab: Lab;
  let terminal: Terminal | undefined;
  let master: PeerProcess;
  let slave: PeerProcess;
  let traffic: { stop: boolean; done: Promise<void> };

  before(async function () {
    if (spawnSync('tmux', ['-V']).status !== 0) {
      skip(this, 'tmux is missing: install it with apt-get install tmux');
    }
    peers = await requirePeers(this, ['c++', 'python']);
    lab = await Lab.start(this);
  });
  after(() => lab?.end());

  beforeEach(async () => {
    master = lab.peer(peers);
    slave = lab.peer(peers, 'python');
    await master.open('master', 'robot', 'threshold=3000');
    await slave.open('slave', 'robot');
    traffic = { stop: false, done: Promise.resolve() };
    traffic.done = exchange();
  });

  afterEach(async () => {
    terminal?.[Symbol.dispose]();
    await stop();
  });

  async function stop(): Promise<void> {
    traffic.stop = true;
    await traffic.done;
    await slave.quit();
    await master.quit();
  }

  /** Messages both ways, about fifty a second. */
  async function exchange(): Promise<void> {
    for (let number = 0; !traffic.stop; number++) {
      await master.write(Buffer.from(`order ${number}\x1b[2J\0`));
      await slave.write(Buffer.from(`order ${number} done`));
      await sleep(20);
    }
  }

  const widest = (text: string) => Math.max(...text.split('\n').map((line) => [...line].length));

  it('top is readable at 80x24, sorts by key, says gone, and q quits', async () => {
    terminal = inTerminal(lab, 'top robot --interval 100', 80, 24);
    await terminal.shows(
      /^robot +system-v +live +(\d+ )?eshm_peer +(\d+ )?python\S* +[\d.]+ +[\d.]+ +\d+ .*[▁▂▃▄▅▆▇█]$/m,
    );
    assert.match(terminal.text, /^eshm top: 1 channel, 1 live, 0 stale, every 100 ms\nsort: rate .*q quits/);
    assert.match(terminal.text, /^CHANNEL +SHM +STATE +MASTER +SLAVE +M>S\/s +S>M\/s +LOST\/s .*RATE$/m);
    assert.ok(widest(terminal.text) <= 80);
    assert.ok(terminal.styled.includes('\x1b[32mlive'), 'in colour');
    terminal.type('m');
    await terminal.shows(/sort: missed/);
    await stop();
    await terminal.shows(/^robot +system-v +gone/m);
    await terminal.shows(/No segment or file of these names/);
    terminal.type('q');
    await terminal.shows(/ended with 0/);
  });

  it('top and stat --watch survive 20 columns, and Ctrl-C ends them with 130', async () => {
    for (const command of ['top robot --interval 50', 'stat robot --watch --interval 50']) {
      terminal = inTerminal(lab, command, 20, 10);
      await terminal.shows(/^robot +(system-v +)?live/m);
      assert.ok(widest(terminal.text) <= 20);
      terminal.resize(80, 24);
      await terminal.shows(/q quits|written/);
      terminal.type('C-c');
      await terminal.shows(/ended with 130/);
      assert.doesNotMatch(terminal.text, STACK_TRACE);
      terminal[Symbol.dispose]();
    }
  });

  it('stat --watch is readable at 80x24, refreshes in place and says gone', async () => {
    terminal = inTerminal(lab, 'stat robot --watch --interval 100', 80, 24);
    await terminal.shows(/^ {2}rate +[1-9][\d.]*\/s +[1-9][\d.]*\/s$/m);
    const { text } = terminal;
    assert.match(text, /^robot {2}live\nsegment +key 0x/);
    assert.match(text, /^master +\d+ eshm_peer, beating, \d+ beats\/s/m);
    assert.match(text, /^slave +\d+ python3?\S*, beating, \d+ beats\/s/m);
    assert.match(text, /slave to master, newest message, .*\n {2}order \d+ done$/m);
    assert.ok(widest(text) <= 80 && text.split('\n').length <= 24);
    const written = () => Number(/^written +([\d,]+)/m.exec(terminal!.text)?.[1]?.replaceAll(',', ''));
    const before = written();
    await until('a refresh', () => written() > before);
    await stop();
    await terminal.shows(/^robot {2}gone$/m);
  });

  it('stat --watch has room for two long messages at 80x24', async () => {
    traffic.stop = true;
    await traffic.done;
    for (const side of [master, slave]) await side.write(Buffer.alloc(4096, 0xff));
    terminal = inTerminal(lab, 'stat robot --watch --interval 100', 80, 24);
    await terminal.shows(
      /^robot {2}live\n[\s\S]*slave to master, newest message, 4,096 B:\n.*\n.*\n {2}\.\.\. 254 more lines$/,
    );
  });

  it('stat --watch ends on the normal screen and says why when a master comes that it cannot decode', async () => {
    terminal = inTerminal(lab, 'stat robot --watch --interval 50 --max-data-size 4096', 80, 24);
    await terminal.shows(/^robot {2}live/m);
    await stop();
    await terminal.shows(/^robot {2}gone/m);
    const other = lab.start(['recv', 'robot', '--role', 'master', '--max-data-size', '1000']);
    const otherEnded = outcomeOf(other);
    await terminal.shows(/ended with 1/);
    // In the words of a line that is wrapped at 80 columns.
    assert.match(
      terminal.text.replaceAll('\n', ''),
      /^eshm: Cannot decode segment: its size is 2304 bytes, expected 8576 for --max-data-size 4096ended with 1$/,
    );
    assert.equal(terminal.cursor, 'shown');
    other.kill('SIGINT');
    assert.equal((await otherEnded).code, 130);
  });

  it('stat --watch shows a segment whose header is not written yet, and goes on', async () => {
    terminal = inTerminal(lab, 'stat robot --watch --interval 20', 80, 24);
    await terminal.shows(/^robot {2}live/m);
    await stop();
    await lab.create(deriveKey('robot'), 8576, 0o666);
    await terminal.shows(/^robot {2}unfinished\nIt has no header yet/m);
    master = lab.peer(peers);
    slave = lab.peer(peers, 'python');
    await lab.run(['rm', 'robot', '--force']);
    await master.open('master', 'robot', 'threshold=3000');
    await terminal.shows(/^robot {2}live/m);
    terminal.type('q');
    await terminal.shows(/ended with 0/);
  });

  it('top ends on the normal screen and says why when it cannot look any more', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'eshm-top-'));
    const cut = join(folder, 'cut');
    // In a mount namespace of its own the kernel's list of segments is covered by that folder.
    const whenCut = `while [ ! -e ${cut} ]; do sleep 0.05; done; mount --bind ${folder} /proc/sysvipc`;
    const line = `(${whenCut}) & exec ${process.execPath} ${ESHM} top robot --interval 50`;
    try {
      const [program, args] = lab.command(['unshare', '--mount', 'bash', '-c', line]);
      terminal = new Terminal([program, ...args], { columns: 200, showsEnd: true });
      await terminal.shows(/^robot +(system-v +)?live/m);
      writeFileSync(cut, '');
      await terminal.shows(/ended with 1/);
      assert.match(terminal.text, /^eshm: .*\/proc\/sysvipc\/shm/);
      assert.equal(terminal.cursor, 'shown');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('NO_COLOR takes the colours away', async () => {
    terminal = inTerminal(lab, 'top --interval 100', 80, 24, 'NO_COLOR=1');
    await terminal.shows(/ live /);
    assert.ok(!terminal.styled.includes('\x1b[3'));
  });

  it('top and stat --watch print plain lines where output is no terminal', async () => {
    const top = await lab.run(['top', 'robot', '--count', '2', '--interval', '50']);
    assert.equal(top.code, 0);
    assert.match(
      top.stdout,
      /^\S+Z robot shm=system-v id=\d+ state=live master=\d+ slave=\d+ m2s\/s=[\d.]+ /,
    );
    assert.match(
      top.stdout,
      /\n\S+Z robot shm=system-v id=\d+ state=live .* m2s\/s=[\d.]+ s2m\/s=[\d.]+ lost\/s=[\d.]+ beats\/s=[\d.]+,[\d.]+\n$/,
    );
    const stat = await lab.run(['stat', 'robot', '--watch', '--count', '2', '--interval', '50', '--json']);
    const looks = stat.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      looks.map(({ state }) => state),
      ['live', 'live'],
    );
    assert.ok(looks[1].rates.m2sWrites >= 0);
    for (const { stdout } of [top, stat]) assert.ok(!stdout.includes('\x1b'));
  });
});
