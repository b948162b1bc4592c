/** `eshm view`: the server as programs see it; test/lib/cli/view/page.test.ts has what a browser makes of it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Peers, requirePeers } from '../../../peers/build.js';
import type { PeerProcess } from '../../../peers/peer-process.js';
import { until } from '../../../support/channels.js';
import { repoRoot } from '../../../support/repo-root.js';
import { Lab } from '../lab.js';
import { Listener } from './events.js';
import { type Serving, serve } from './serve.js';

describe('eshm view', () => {
  let peers: Peers;
  let files: Peers;
  let lab: Lab;
  let master: PeerProcess;
  let inFile: PeerProcess;
  let served: Serving;

  before(async function () {
    peers = await requirePeers(this, ['c++']);
    files = await requirePeers(this, ['c++'], { shm: 'posix' });
    lab = await Lab.start(this);
    master = lab.peer(peers);
    inFile = lab.peer(files);
    await master.open('master', 'robot', 'threshold=10000');
    await inFile.open('master', 'camera', 'threshold=10000');
    served = await serve(lab, 'robot', '--port', '0', '--interval', '50');
  });
  after(() => lab?.end());

  const ask = (path: string, init: RequestInit = {}) => fetch(new URL(path, served.url), init);

  it('sends its page with a policy that lets nothing else in', async () => {
    const page = await ask('/');
    assert.equal(page.status, 200);
    assert.match(page.headers.get('content-type')!, /^text\/html/);
    const policy = page.headers.get('content-security-policy')!;
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe|https?:|\*/);
    const html = await page.text();
    assert.doesNotMatch(html, /\son\w+=|<style|style=|<script>|https?:/);
    for (const [, path] of html.matchAll(/(?:href|src)="(\/[^"]*)"/g)) {
      const file = await ask(path!);
      assert.equal(file.status, 200, path);
      assert.equal(file.headers.get('x-content-type-options'), 'nosniff');
      assert.ok((await file.arrayBuffer()).byteLength > 100, path);
    }
  });

  it('goes on serving when it has loaded records', async () => {
    const records = join(repoRoot, 'test/lib/cli/robot.mjs');
    const serving = await serve(lab, 'robot', '--as', records, '--port', '0');
    for (let asked = 0; asked < 3; asked++) {
      assert.equal((await fetch(new URL('/about', serving.url))).status, 200);
      await sleep(50);
    }
    assert.deepEqual((await serving.end()).code, 130);
  });

  it('has nothing else to give', async () => {
    for (const path of ['/x', '/../package.json', '/%2e%2e/package.json', '/page/main.js', '/message']) {
      assert.equal((await ask(path)).status, 404, path);
    }
  });

  it('answers GET only, and no page of elsewhere', async () => {
    const post = await ask('/about', { method: 'POST', body: 'x' });
    assert.equal(post.status, 405);
    assert.equal(post.headers.get('allow'), 'GET');
    const other = await ask('/about', { headers: { origin: 'https://evil.example' } });
    assert.equal(other.status, 403);
    assert.match(await other.text(), /another's page/);
  });

  it('says what is wrong with a question', async () => {
    const answer = await ask('/history?channel=x&from=1&to=soon');
    assert.equal(answer.status, 400);
    assert.equal(await answer.text(), 'Cannot read to: it is no number, expected one\n');
    assert.equal((await ask('/events?range=long')).status, 400);
  });

  it('tells of the channels in both kinds of memory', async () => {
    using listener = new Listener(served.url);
    await until('both are told of', () => (listener.tables.at(-1)?.rows.length ?? 0) >= 2);
    const rows = listener.tables.at(-1)!.rows;
    assert.deepEqual(
      rows.map(({ label, shm, state, master: { pid, process } }) => ({ label, shm, state, pid, process })),
      [
        { label: 'robot', shm: 'system-v', state: 'live', pid: master.pid, process: 'eshm_peer' },
        { label: 'camera', shm: 'posix', state: 'live', pid: inFile.pid, process: 'eshm_peer' },
      ],
    );
  });

  it('tells every page of a channel all that comes, and who comes later what came before', async () => {
    const { rows } = await firstTable();
    const { id } = rows.find(({ label }) => label === 'robot')!;
    using one = new Listener(served.url, { channel: id, range: '10' });
    await until('it is heard', () => one.frames.length > 0);
    const values: number[] = [];
    for (let i = 0; i < 30; i++) {
      values.push(i + 0.125);
      await master.write(Buffer.from(JSON.stringify({ x: i + 0.125 })));
    }
    const lastOf = ({ frames }: Listener) => {
      const fields = frames.map(({ m2s }) => m2s?.series?.fields).findLast((found) => found !== undefined);
      // A bucket behind it may have other numbers only.
      return fields?.find(({ name }) => name === 'x')?.last.findLast((value) => value !== null);
    };
    await until('the last number is told', () => lastOf(one) === values.at(-1));
    using two = new Listener(served.url, { channel: id, range: '10' });
    await until('the last number is told again', () => lastOf(two) === values.at(-1));
    const { message } = two.frames.findLast(({ m2s }) => m2s?.message)!.m2s!;
    assert.deepEqual([message?.as, message?.fields, message?.count], ['JSON', [['x', '29.125']], 30]);
    // Nobody was counted as a reader, and nothing as read.
    assert.equal((await master.values('stats')).m2s_read_count, 0);
  });

  async function firstTable() {
    using listener = new Listener(served.url);
    await until('a table is told', () => listener.tables.length > 0);
    return listener.tables[0]!;
  }

  it('serves twenty pages of one address in turns, as a browser has six connections', async () => {
    const listeners = Array.from({ length: 20 }, () => new Listener(served.url, { channel: 'system-v:0x1' }));
    try {
      await until('each has heard', () => listeners.every(({ tables }) => tables.length > 2));
      await until('some gave way', () => listeners.some(({ returns }) => returns > 0));
    } finally {
      for (const listener of listeners) listener[Symbol.dispose]();
    }
  });

  it('ends on Ctrl-C with pages open', async () => {
    const other = await serve(lab, '--port', '0');
    using listener = new Listener(other.url);
    await until('a table is told', () => listener.tables.length > 0);
    listener[Symbol.dispose]();
    const { code, stderr } = await other.end();
    assert.deepEqual([code, stderr], [130, '']);
  });

  it('takes the next port where its own is in use, and says so', async () => {
    const taken = createServer().on('error', () => {});
    taken.listen(8765, '127.0.0.1');
    await Promise.race([once(taken, 'listening'), once(taken, 'error')]);
    try {
      const other = await serve(lab);
      const { stderr } = await other.end();
      assert.equal(stderr, `eshm: Port 8765 is in use, the page is on ${other.port}\n`);
    } finally {
      taken.close();
    }
  });

  it('does not take another port than the one that was asked for', async () => {
    const { code, stderr } = await lab.run(['view', '--port', `${served.port}`]);
    assert.equal(code, 1);
    assert.equal(
      stderr,
      `eshm: Cannot serve the page: port ${served.port} of 127.0.0.1 is in use; give another with --port, or --port 0 for any that is free\n`,
    );
  });

  it('says what it means to listen for others, and what is no address of this machine', async () => {
    const open = await serve(lab, '--port', '0', '--host', '0.0.0.0');
    const { stderr } = await open.end();
    assert.equal(
      stderr,
      'eshm: 0.0.0.0 is reached from other machines: whoever reaches it sees every message, without a password\n',
    );
    const { code, stderr: refusal } = await lab.run(['view', '--port', '0', '--host', '192.0.2.1']);
    assert.equal(code, 1);
    assert.match(refusal, /^eshm: Cannot serve the page: 192\.0\.2\.1 is no address of this machine/);
  });
});
