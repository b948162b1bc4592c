/** `eshm record`: what it says of a recording that goes on, to people and to scripts. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Peers, requirePeers } from '../../peers/build.js';
import type { PeerProcess } from '../../peers/peer-process.js';
import { until } from '../../support/channels.js';
import { skip } from '../../support/needs.js';
import { repoRoot } from '../../support/repo-root.js';
import { messagesOf, ownFolder, readStrictly } from '../recording/files.js';
import { inTerminal, Lab, outcomeOf } from './lab.js';

describe('eshm record', () => {
  const folder = ownFolder();
  let peers: Peers;
  let lab: Lab;
  let master: PeerProcess;

  before(async function () {
    peers = await requirePeers(this, ['c++']);
    lab = await Lab.start(this);
  });
  after(() => lab?.end());
  beforeEach(() => {
    master = lab.peer(peers);
  });
  afterEach(() => master.quit());

  /** Writes numbered messages of ten bytes until something holds; gives how many. */
  async function writeUntil(what: string, condition: () => boolean, fill = '0'): Promise<number> {
    let written = 0;
    await until(what, async () => {
      await master.write(Buffer.from(`${written}`.padStart(10, fill)));
      written += 1;
      return condition();
    });
    return written;
  }

  it('--json has a line for each event and each second, and at the end what is in the file', async () => {
    const file = folder.file('lines.mcap');
    const recording = lab.start(['record', 'robot', '-o', file, '--json']);
    const outcome = outcomeOf(recording);
    const lines: Record<string, unknown>[] = [];
    let rest = '';
    recording.stdout.on('data', (text: string) => {
      const parts = `${rest}${text}`.split('\n');
      rest = parts.pop()!;
      lines.push(...parts.map((line) => JSON.parse(line)));
    });
    const of = (event: string) => lines.filter((line) => line.event === event);
    await until('the file is told', () => of('file').length === 1);
    await master.open('master', 'robot', 'threshold=10000');
    await until('the channel is told', () => of('appeared').length === 1);
    const written = await writeUntil('progress', () =>
      of('progress').some(({ messages }) => Number(messages) > 0),
    );
    await master.quit();
    await until('its end is told', () => of('vanished').length === 1);
    recording.kill('SIGINT');
    const { code, stderr } = await outcome;
    assert.deepEqual([code, stderr, rest], [0, '', '']);
    assert.deepEqual(
      lines.filter(({ event }) => event !== 'progress').map(({ event }) => event),
      ['file', 'appeared', 'vanished', 'end'],
    );
    assert.deepEqual([of('file')[0]!.file, of('appeared')[0]!.name], [file, 'robot']);
    assert.match(`${of('appeared')[0]!.at}`, /^\d{19}$/);
    for (const { time } of lines) assert.ok(!Number.isNaN(Date.parse(`${time}`)), `${time}`);
    const end = of('end')[0] as Record<string, number>;
    const recorded = await messagesOf(file);
    assert.equal(end.messages, recorded.length);
    assert.equal(Number(end.messages) + Number(end.missed), written);
    assert.deepEqual([end.file, end.files], [file, 1]);
    const traffic = lines.at(-1)!.traffic as Record<string, unknown>[];
    assert.deepEqual(
      traffic.map(({ name, direction, messages, bytes }) => [name, direction, messages, bytes]),
      [
        ['robot', 'm2s', recorded.length, 10 * recorded.length],
        ['robot', 's2m', 0, 0],
      ],
    );
    // None goes back, and none says more than the end.
    const counts = [...of('progress'), ...of('end')].map(({ messages }) => Number(messages));
    assert.deepEqual(
      counts,
      counts.toSorted((one, other) => one - other),
    );
  });

  it('--as a module: each message is the record of it that has its size', async () => {
    const file = folder.file('module.mcap');
    await master.open('master', 'robot', 'threshold=10000');
    const module = join(repoRoot, 'test/lib/cli/robot.mjs');
    const recording = lab.start(['record', 'robot', '-o', file, '--json', '--as', module]);
    const outcome = outcomeOf(recording);
    let told = '';
    let isOver = false;
    outcome.finally(() => {
      isOver = true;
    });
    recording.stdout.on('data', (text: string) => {
      told += text;
    });
    // The sizes of its Command and its Pose.
    for (const size of [24, 40]) {
      const before = told.length;
      await until(`messages of ${size} bytes are recorded`, async () => {
        await master.write(Buffer.alloc(size));
        const counts = [...told.slice(before).matchAll(/"messages":(\d+),"missed":\d+,"size"/g)].map(
          ([, n]) => Number(n),
        );
        return isOver || (counts.length > 1 && counts.at(-1)! > counts[0]!);
      });
    }
    recording.kill('SIGINT');
    const { code, stderr } = await outcome;
    assert.deepEqual([code, stderr], [0, '']);
    const topics = new Set((await readStrictly(file)).messages.map(({ topic }) => topic));
    for (const topic of ['robot/m2s/Command', 'robot/m2s/Pose']) assert.ok(topics.has(topic), topic);
  });

  it("replay beside the live robot is told to play it under another name: it takes nobody's place", async () => {
    const file = folder.file('again.mcap');
    await master.open('master', 'robot', 'threshold=10000');
    const recording = lab.start(['record', 'robot', '-o', file, '--json']);
    const outcome = outcomeOf(recording);
    let told = '';
    recording.stdout.on('data', (text: string) => {
      told += text;
    });
    await writeUntil('some are recorded', () => /"messages":[1-9]/.test(told));
    recording.kill('SIGINT');
    await outcome;
    for (const names of [[], ['robot=robot']]) {
      const { code, stderr } = await lab.run(['replay', file, ...names]);
      assert.equal(code, 1);
      assert.match(
        stderr,
        /^eshm: Cannot open 'robot' as master: a live master has it .*; stop it, or play it under another name: robot=NEWNAME\n$/,
      );
    }
  });

  it('goes on when the master is killed and another takes its place', async () => {
    const file = folder.file('killed.mcap');
    await master.open('master', 'robot');
    const recording = lab.start(['record', 'robot', '-o', file, '--json']);
    const outcome = outcomeOf(recording);
    let told = '';
    recording.stdout.on('data', (text: string) => {
      told += text;
    });
    const recorded = () =>
      Number([...told.matchAll(/"messages":(\d+),"missed":\d+,"size"/g)].at(-1)?.[1] ?? 0);
    await until('it records', () => told.includes('"event":"appeared"'));
    const ofFirst = await writeUntil('some are recorded', () => recorded() > 0, '1');
    const atKill = told.length;
    await master.kill();
    await until('it is stale', () => /"event":"stale"/.test(told.slice(atKill)));
    master = lab.peer(peers);
    await master.open('master', 'robot', 'threshold=10000');
    await until('another is told', () => /"event":"(replaced|appeared)"/.test(told.slice(atKill)));
    const ofSecond = await writeUntil('more are recorded', () => recorded() > ofFirst, '2');
    recording.kill('SIGTERM');
    assert.equal((await outcome).code, 0);
    const messages = await messagesOf(file);
    for (const [fill, written] of [
      ['1', ofFirst],
      ['2', ofSecond],
    ] as const) {
      const found = messages.filter(({ data }) => `${data}`.startsWith(fill));
      assert.ok(found.length > 0 && found.length <= written);
      // Each is numbered as its master has counted it, which is one more than it says.
      for (const { count, data } of found) assert.ok(`${data}`.endsWith(`${count - 1}`), `${count}: ${data}`);
    }
  });

  it('shows a line of progress on a terminal, below what it says, and takes it away at the end', async function () {
    if (spawnSync('tmux', ['-V']).status !== 0)
      skip(this, 'tmux is missing: install it with apt-get install tmux');
    const file = folder.file('t.mcap');
    using terminal = inTerminal(lab, `record robot -o ${file}`, 100, 24);
    await terminal.shows(/^robot: not there yet, waiting for it\nrecording to .*t\.mcap$/m);
    await master.open('master', 'robot', 'threshold=10000');
    const progress = /^0:00:\d\d {2}[1-9][\d,]* messages, \d+ missed, [\d,.]+ (?:B|KiB|MiB) {2}[\d.]+k?\/s$/m;
    await writeUntil('progress', () => progress.test(terminal.text));
    // One line, written anew, and the last one.
    assert.equal(terminal.text.match(/\/s$/gm)!.length, 1);
    assert.match(terminal.text, /^robot: appeared, generation 1\n0:00:.*\/s$/m);
    terminal.type('C-c');
    await terminal.shows(/^[1-9][\d,]* messages, \d+ missed, [\d.,]+ K?i?B in [\d.]+ s\nended with 0$/m);
    assert.doesNotMatch(terminal.text, /\/s$/m);
    assert.ok((await messagesOf(file)).length > 0);
  });
});
