/** A recorder that is killed, ended, or whose disk is full: what it leaves reads. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openRecording } from '../../../lib/recording/index.js';
import { recordFrom } from '../../../lib/recording/recorder.js';
import { until } from '../../support/channels.js';
import { repoRoot } from '../../support/repo-root.js';
import { Lab, outcomeOf } from '../cli/lab.js';
import { FakeObservation, seen } from './fake.js';
import { messagesOf, ownFolder, readStrictly } from './files.js';

const ENDLESS = join(repoRoot, 'dist/test/lib/recording/endless.js');

describe('a recorder', () => {
  const folder = ownFolder();

  function start(...args: string[]) {
    const child = spawn(process.execPath, [ENDLESS, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    return { child, ended: once(child, 'close') };
  }

  /** Numbered from 1, without a gap, each with its bytes. */
  async function assertWhole(files: string | string[], from = 1): Promise<number> {
    const messages = await messagesOf(files);
    for (const [i, { count, missed, data }] of messages.entries()) {
      assert.deepEqual([count, missed], [i + from, 0]);
      assert.ok(data.every((byte) => byte === (count & 255)));
    }
    return messages.length;
  }

  it('that is killed leaves a file that reads up to its last chunk', async () => {
    const file = folder.file('killed.mcap');
    const { child, ended } = start(file, '64');
    // While it is being written, it reads as it does when that ends.
    const readable = () =>
      messagesOf(file).then(
        ({ length }) => length,
        () => 0,
      );
    await until('a chunk that reads', async () => (await readable()) > 50);
    child.kill('SIGKILL');
    await ended;
    await using recording = await openRecording(file);
    assert.deepEqual(recording.cutFiles, [file]);
    assert.ok((await assertWhole(file)) > 50);
  });

  it('that is asked to end leaves a file with an index and every message', async () => {
    const file = folder.file('ended.mcap');
    const { child, ended } = start(file, '64');
    let said = '';
    child.stdout!.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
    await until('a chunk in the file', () => existsSync(file) && statSync(file).size > 10_000);
    child.kill('SIGTERM');
    await ended;
    const { messages } = await readStrictly(file);
    const raw = messages.filter(({ topic }) => topic === 'robot/m2s').length;
    assert.equal(said, `recording\nover ${raw}\n`);
    assert.equal(await assertWhole(file), raw);
  });

  it('whose disk is full says so, and leaves a file that was finished', async function () {
    const lab = await Lab.start(this, '3m');
    try {
      const script = `'${process.execPath}' '${ENDLESS}' /dev/shm/full.mcap 4000 && cp /dev/shm/full.mcap '${folder.path}'`;
      const { code, stdout, stderr } = await outcomeOf(lab.spawn(['sh', '-c', script]));
      assert.equal(code, 0, stderr);
      assert.match(
        stdout,
        /^recording\nfailed \d+ Cannot record to \/dev\/shm\/full\.mcap: the disk is full; what was recorded before reads as it is \(ENOSPC\)\n$/,
      );
    } finally {
      await lab.end();
    }
    const file = folder.file('full.mcap');
    assert.ok((await assertWhole(file)) >= 2 ** 20 / 4100, 'a chunk at least');
    await readStrictly(file);
  });

  it('keeps the newest files, and goes on behind those that are there', async () => {
    const file = folder.file('ring.mcap');
    const files = () =>
      readdirSync(folder.path)
        .filter((one) => one.startsWith('ring-'))
        .sort();
    for (const round of [1, 2]) {
      const { child, ended } = start(file, '2000', '3');
      const numberOf = (one: string | undefined) => Number(/\d+/.exec(one ?? '0'));
      const last = numberOf(files().at(-1));
      await until('a ring of files', () => files().length === 3 && numberOf(files()[0]) > last + 1);
      child.kill('SIGTERM');
      await ended;
      const left = files().map((one) => join(folder.path, one));
      assert.equal(left.length, 3, `round ${round}`);
      const first = (await messagesOf(left))[0]!.count;
      assert.ok(first > 1, 'the oldest are gone');
      await assertWhole(left, first);
    }
  });

  it('replaces no file that is there, unless it is told to', async () => {
    const file = folder.file('there.mcap');
    const record = (options = {}) =>
      recordFrom(() => new FakeObservation([seen({ count: 1 })]), ['robot'], { file, ...options });
    await (await record()).over();
    await assert.rejects(record(), {
      code: 'ESHM_UNSUPPORTED',
      message: `Cannot record to ${file}: it is there already; give another name, or overwrite it (EEXIST)`,
    });
    await (await record({ overwrite: true })).over();
    await assert.rejects(record({ file: folder.file('nowhere/a.mcap') }), {
      message: /there is no such folder/,
    });
  });

  it('ends by its duration, its signal, or when it is closed, and tells what it does', async () => {
    const record = (options = {}, script = [seen({ count: 1 })]) =>
      recordFrom(() => new FakeObservation(script, true), ['robot'], {
        file: folder.file('end.mcap'),
        overwrite: true,
        ...options,
      });
    const stop = new AbortController();
    const ended = await record({ signal: stop.signal });
    const told: unknown[] = [];
    ended.on('file', (path) => told.push(path)).on('closed', (error) => told.push(error));
    await sleep(5);
    stop.abort();
    await ended.over();
    await sleep(0);
    assert.deepEqual(told, [folder.file('end.mcap'), undefined]);
    assert.equal(ended.stats().messages, 1);
    await ended.close();
    const timed = await record({ durationMs: 30 });
    await timed.over();
    assert.ok(timed.stats().durationMs >= 30);
    {
      await using _closed = await record();
    }
    assert.equal((await messagesOf(folder.file('end.mcap'))).length <= 1, true);
  });

  it('refuses options that are not allowed', async () => {
    const refused = async (options: object, expected: RegExp, type = 'RangeError') => {
      const observation = new FakeObservation([]);
      const file = folder.file('never.mcap');
      await assert.rejects(
        recordFrom(() => observation, ['robot'], { file, ...options }),
        {
          name: type,
          message: expected,
        },
      );
      assert.ok(!existsSync(file));
    };
    await refused({ pace: 1 }, /there is no option 'pace'/, 'TypeError');
    await refused({ file: '' }, /file is empty/);
    await refused({ keep: 3 }, /keep is 3 and nothing splits/);
    await refused({ splitSize: 10 }, /splitSize is 10, expected 65536 bytes or more/);
    await refused({ durationMs: '5' }, /durationMs is of type string/, 'TypeError');
    await refused({ records: [{}] }, /expected an array of records/, 'TypeError');
    await refused({ compress: 1 }, /compress is of type number/, 'TypeError');
  });
});
