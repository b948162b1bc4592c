/** `eshm metrics`: what it shows, as promtool and a real Prometheus read it, and that looking changes nothing. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { deriveKey } from '../../../layout/index.js';
import { type Peers, requirePeers } from '../../peers/build.js';
import type { PeerProcess } from '../../peers/peer-process.js';
import { until } from '../../support/channels.js';
import { skip } from '../../support/needs.js';
import { asSent, dashboardPanels, Prometheus } from '../../support/prometheus.js';
import { repoRoot } from '../../support/repo-root.js';
import { Lab, outcomeOf } from './lab.js';

const hex = (name: string) => `0x${(deriveKey(name) >>> 0).toString(16).padStart(8, '0')}`;

/** How long Prometheus scrapes: `ESHM_SCRAPE_S=60` for a whole minute. */
const SCRAPE_S = Number(process.env.ESHM_SCRAPE_S ?? 8);

function needsPrometheus(context: Mocha.Context, program: string): void {
  if (spawnSync(program, ['--version']).status !== 0) {
    skip(context, `${program} is missing: install it with apt-get install prometheus`);
  }
}

describe('eshm metrics', () => {
  let peers: Peers;
  let lab: Lab;
  let master: PeerProcess;
  let slave: PeerProcess;
  let dead: PeerProcess;

  before(async function () {
    peers = await requirePeers(this, ['c++', 'python']);
    lab = await Lab.start(this);
    master = lab.peer(peers);
    slave = lab.peer(peers, 'python');
    dead = lab.peer(peers);
    await master.open('master', 'living', 'threshold=1000');
    await slave.open('slave', 'living');
    await dead.open('master', 'dead');
    for (const text of ['one', 'two', 'three']) await master.write(Buffer.from(text));
    await dead.kill();
    await lab.create(0x0e5f0001, 8576, 0o666);
  });
  after(() => lab?.end());

  /** A sample's value on a page; `undefined` when it is not there. */
  const valueIn = (page: string, sample: string) =>
    page
      .split('\n')
      .find((line) => line.startsWith(`${sample} `))
      ?.slice(sample.length + 1);

  /** Starts it with a server; the URL of the page, and a way to end it. */
  async function serve(...args: string[]) {
    const child = lab.start(['metrics', '--port', '0', ...args]);
    const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const outcome = outcomeOf(child);
    return {
      url,
      port: Number(new URL(url).port),
      end: () => {
        child.kill('SIGINT');
        return outcome;
      },
    };
  }

  it('prints what the peers have counted, by name or key', async () => {
    const { code, stdout, stderr } = await lab.run(['metrics', 'living']);
    assert.deepEqual([code, stderr], [0, '']);
    const stats = await master.values('stats');
    const down = 'channel="living",shm="system-v",direction="master_to_slave"';
    assert.equal(valueIn(stdout, `eshm_messages_written_total{${down}}`), '3');
    assert.equal(valueIn(stdout, `eshm_messages_read_total{${down}}`), '0');
    assert.equal(valueIn(stdout, `eshm_messages_missed{${down}}`), '3');
    assert.equal(valueIn(stdout, `eshm_message_bytes{${down}}`), '5');
    assert.equal(stats.m2s_write_count, 3);
    for (const role of ['master', 'slave']) {
      assert.equal(valueIn(stdout, `eshm_alive{channel="living",shm="system-v",role="${role}"}`), '1');
      assert.equal(valueIn(stdout, `eshm_stale{channel="living",shm="system-v",role="${role}"}`), '0');
      assert.ok(
        Number(valueIn(stdout, `eshm_heartbeats_total{channel="living",shm="system-v",role="${role}"}`)) > 0,
      );
    }
    assert.equal(valueIn(stdout, 'eshm_segment_attachments{channel="living",shm="system-v"}'), '2');
    assert.equal(valueIn(stdout, 'eshm_segment_bytes{channel="living",shm="system-v"}'), '8576');
    assert.equal(valueIn(stdout, 'eshm_master_starts_total{channel="living",shm="system-v"}'), '1');
    assert.match(
      stdout,
      new RegExp(
        `^eshm_segment_info\\{channel="living",shm="system-v",key="${hex('living')}",file="",id="\\d+",owner="\\w+",`,
        'm',
      ),
    );
    const created = Number(
      valueIn(stdout, 'eshm_segment_created_timestamp_seconds{channel="living",shm="system-v"}'),
    );
    assert.ok(created <= Date.now() / 1000 && created > Date.now() / 1000 - 600, `created at ${created}`);
    assert.equal(valueIn(stdout, `eshm_stale{channel="${hex('dead')}",shm="system-v",role="master"}`), '1');
    assert.equal(valueIn(stdout, `eshm_alive{channel="${hex('dead')}",shm="system-v",role="master"}`), '0');
    for (const [state, count] of Object.entries({ live: 1, stale: 1, foreign: 1, unreadable: 0 })) {
      assert.equal(valueIn(stdout, `eshm_segments{shm="system-v",state="${state}"}`), `${count}`);
    }
  });

  it('prints a page without a channel too', async () => {
    const { code, stdout } = await outcomeOf(
      lab.spawn([
        'unshare',
        '--ipc',
        process.execPath,
        join(repoRoot, 'dist/lib/command/eshm.js'),
        'metrics',
      ]),
    );
    assert.equal(code, 0);
    assert.equal(valueIn(stdout, 'eshm_segments{shm="posix",state="live"}'), '0');
    assert.doesNotMatch(stdout, /channel=/);
  });

  it('escapes a name that would break the page', async () => {
    const { stdout } = await lab.run(['metrics', 'living', 'a"b\nc\\']);
    assert.ok(!stdout.includes('a"b'), 'a name without a channel is not shown');
    const peer = lab.peer(peers);
    await peer.open('master', 'a"b');
    const { stdout: page } = await lab.run(['metrics', 'a"b']);
    await peer.quit();
    assert.match(page, /^eshm_segment_bytes\{channel="a\\"b",shm="system-v"\} 8576$/m);
  });

  it('promtool finds nothing to say about the page', async function () {
    needsPrometheus(this, 'promtool');
    const { stdout } = await lab.run(['metrics', 'living']);
    const checked = spawnSync('promtool', ['check', 'metrics'], { input: stdout, encoding: 'utf8' });
    assert.deepEqual([checked.status, checked.stdout, checked.stderr], [0, '', '']);
  });

  it('changes no byte of a segment that stands still', async () => {
    const before = await master.ask('dump dead');
    const server = await serve();
    for (let scrapes = 0; scrapes < 3; scrapes++) await (await fetch(server.url)).text();
    await server.end();
    await lab.run(['metrics']);
    assert.equal(await master.ask('dump dead'), before);
  });

  it('serves the page, and says where it is', async () => {
    const server = await serve('living');
    assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    const response = await fetch(server.url);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
    assert.match(await response.text(), /^eshm_alive\{channel="living",shm="system-v",role="master"\} 1$/m);
    assert.equal((await fetch(server.url, { method: 'HEAD' })).status, 200);
    assert.equal((await fetch(new URL('/', server.url))).status, 404);
    assert.equal((await fetch(server.url, { method: 'POST' })).status, 405);
    const pages = await Promise.all(Array.from({ length: 20 }, async () => (await fetch(server.url)).text()));
    for (const page of pages)
      assert.match(page, /^eshm_alive\{channel="living",shm="system-v",role="master"\} 1$/m);
    assert.equal((await server.end()).code, 130, 'Ctrl-C is the way to end it');
  });

  it('a port that is taken, one that is none: a line each', async () => {
    const server = await serve();
    const taken = await lab.run(['metrics', '--port', `${server.port}`]);
    assert.equal(taken.code, 1);
    assert.match(taken.stderr, /^eshm: Cannot serve metrics: listen EADDRINUSE.*\n$/);
    await server.end();
    const wrong = await lab.run(['metrics', '--port', '65536']);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /^eshm: .*Expected a port.*\n$/);
  });

  it('a real Prometheus scrapes it while channels run, and every query of the dashboard gives data', async function () {
    needsPrometheus(this, 'prometheus');
    const source = lab.peer(peers);
    await source.open('master', 'fast');
    const reporter = lab.spawn([
      process.execPath,
      join(repoRoot, 'dist/test/lib/metrics/reporter.js'),
      'fast',
    ]);
    const [port] = (await once(createInterface({ input: reporter.stdout }), 'line')) as [string];
    const server = await serve('living', 'fast');
    const prometheus = await Prometheus.start({ eshm: server.port, reporter: Number(port) });
    try {
      await until('both are scraped', async () => {
        const found = Object.values(await prometheus.targets());
        return found.length === 2 && found.every(({ health }) => health !== 'unknown');
      });
      // Faster than the reporter looks: it misses some.
      const burst = source.ask(`burst ${200 * SCRAPE_S} 64 5000`, 60_000 + 2000 * SCRAPE_S);
      await sleep(1000 * SCRAPE_S);
      const targets = await prometheus.targets();
      for (const job of ['eshm', 'reporter']) {
        assert.deepEqual([job, targets[job]?.health, targets[job]?.lastError], [job, 'up', '']);
      }
      for (const { title, targets } of dashboardPanels()) {
        for (const target of targets) {
          const answers = await prometheus.query(asSent(target), 3);
          assert.ok(answers.length > 0, `${title}: ${asSent(target)} gives nothing`);
        }
      }
      const moving = (expr: string) => prometheus.query(expr, 1).then(([one]) => Number(one?.values[0]?.[1]));
      const fast = 'channel="fast",direction="master_to_slave"';
      assert.ok((await moving(`rate(eshm_messages_written_total{${fast}}[5s])`)) > 20);
      assert.ok((await moving(`rate(eshm_messages_read_total{${fast}}[5s])`)) > 5);
      assert.ok((await moving('rate(eshm_endpoint_missed_total[5s])')) > 5);
      await until('as many scrapes as half the seconds', async () => {
        const counted = await prometheus.query('count_over_time(eshm_segments{state="live"}[1h])', 1);
        return Number(counted[0]?.values.at(-1)?.[1]) >= SCRAPE_S / 2;
      });
      await burst;
    } finally {
      await prometheus.end();
      await server.end();
      reporter.stdin.end();
      await source.quit();
    }
  });
});
