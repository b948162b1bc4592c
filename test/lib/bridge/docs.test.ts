/** Every block of docs/bridge.md, run as it stands there but for ports and paths. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { PROTOCOL_DEFAULTS } from '../../../layout/index.js';
import { NatsServer } from '../../bridge/nats-server.js';
import { endPairs, needsBridge } from '../../bridge/pair.js';
import { until } from '../../support/channels.js';
import { freePort } from '../../support/free-port.js';
import { lacks } from '../../support/needs.js';
import { repoRoot } from '../../support/repo-root.js';
import { unlessStarved } from '../../support/starved.js';

interface Block {
  readonly kind: string;
  readonly text: string;
}

const page = readFileSync(join(repoRoot, 'docs/bridge.md'), 'utf8');
const blocks: readonly Block[] = [...page.matchAll(/^```(\w+)\n(.*?)^```/gms)].map(([, kind, text]) => ({
  kind: kind!,
  text: text!,
}));

/** Blocks that a test has taken. */
const taken = new Set<Block>();

function block(kind: string, part: string): string {
  const found = blocks.filter((one) => one.kind === kind && one.text.includes(part));
  assert.equal(found.length, 1, `blocks of ${kind} with ${part}`);
  taken.add(found[0]!);
  return found[0]!.text;
}

/** What a command of a shell is run under on a machine of its own. */
const MACHINE = `unshare --ipc --mount sh -c 'mount -t tmpfs shm /dev/shm && exec "$@"' -`;

describe('docs/bridge.md', () => {
  let folder: string;
  let port: number;
  const running: { child: ChildProcess; output: string }[] = [];

  before(function () {
    needsBridge(this);
    mkdirSync(join(repoRoot, 'build'), { recursive: true });
  });

  beforeEach(async () => {
    // In the package's own folder, where `import 'eshm'` means this package.
    folder = mkdtempSync(join(repoRoot, 'build', 'bridge-docs-'));
    port = await freePort();
    mkdirSync(join(folder, 'bin'));
    const program = (name: string, line: string) =>
      writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
    // As the real one: the command is a child, and a signal for npx alone does not reach it.
    program(
      'npx',
      `shift; "${process.execPath}" "${join(repoRoot, 'dist/lib/command/eshm.js')}" "$@"; exit $?`,
    );
    program('sudo', 'exec "$@"');
    const real = spawnSync('sh', ['-c', 'command -v nats-server'], { encoding: 'utf8' }).stdout.trim();
    program('nats-server', `exec "${real}" "$@" -p ${port}`);
  });

  afterEach(async () => {
    for (const { child } of running.splice(0)) {
      end(-child.pid!);
      await until('its end', () => groupIsEmpty(child.pid!));
    }
    for (const pid of startedHere()) end(pid); // those of a group of their own
    await until('the end of all', () => startedHere().length === 0);
    await endPairs();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Asks a process or a group to end, if it has not. */
  function end(pid: number): void {
    try {
      process.kill(pid, 'SIGTERM');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  function groupIsEmpty(pid: number): boolean {
    try {
      process.kill(-pid, 0);
      return false;
    } catch {
      return true;
    }
  }

  /** The processes that were started in this test's folder, whoever their parent is by now. */
  function startedHere(): number[] {
    const folderOf = (pid: number) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`);
      } catch {
        return undefined; // it has ended
      }
    };
    const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
    return pids.filter((pid) => folderOf(pid) === folder);
  }

  /** Runs a block in a shell with a process group of its own. */
  function shell(text: string) {
    const script = text.replaceAll(/10\.0\.0\.\d/g, '127.0.0.1').replaceAll(':4222', `:${port}`);
    const env = {
      ...process.env,
      PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
      NATS_URL: `127.0.0.1:${port}`,
    };
    const child = spawn('bash', ['-c', script], {
      cwd: folder,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const run = { child, output: '' };
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (part: string) => {
        run.output += part;
      });
    }
    running.push(run);
    return run;
  }

  const says = (run: { output: string }, what: RegExp) =>
    until(`${what} in ${JSON.stringify(run)}`, () => what.test(run.output)).catch((error) => {
      throw new Error(`${(error as Error).message}\n${run.output}`);
    });

  async function program(text: string): Promise<void> {
    await using _nats = await NatsServer.start({ port });
    const file = join(folder, 'program.mjs');
    writeFileSync(file, text.replaceAll(/docs-(\w+)/g, `docs-$1-${process.pid}`));
    const env = { ...process.env, NATS_URL: `nats://127.0.0.1:${port}` };
    const child = spawn(process.execPath, [file], { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const run = { child, output: '' };
    running.push(run);
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (part: string) => {
        run.output += part;
      });
    }
    await until('its end', () => child.exitCode !== null);
    const promised = [...text.matchAll(/console\.log\(.*\); \/\/ (.+)$/gm)].map((match) => match[1]!);
    assert.equal(child.exitCode, 0, run.output);
    assert.deepEqual(run.output.trim().split('\n'), promised);
  }

  it('the client is what this package was tested with', () => {
    const { devDependencies, peerDependencies } = JSON.parse(
      readFileSync(join(repoRoot, 'package.json'), 'utf8'),
    );
    const name = '@nats-io/transport-node';
    assert.equal(block('sh', 'npm install').trim(), `npm install ${name}@${devDependencies[name]}`);
    assert.equal(peerDependencies[name], devDependencies[name]);
  });

  it('two terminals on one machine, the second again and again', async function () {
    const first = shell(block('sh', 'eshm demo master'));
    await says(first, /robot \(near\): waiting, no bridge at the far end/);
    const before = startedHere().length;
    const text = block('sh', 'eshm recv robot');
    // Five as it stands there, and again one. A heart that has no core for 100 ms is stale, and the reading ends.
    for (const count of [5, 1]) {
      await unlessStarved(this, PROTOCOL_DEFAULTS.staleThresholdMs, async (waits) => {
        for (const pid of startedHere()) waits.watch(pid);
        const second = shell(text.replace('--count 5', `--count ${count}`));
        await until('the end of the second', () => second.child.exitCode !== null);
        await until('the end of its bridge', () => startedHere().length <= before);
        assert.equal(second.output.match(/^Hello from .*#\d+$/gm)?.length, count, second.output);
      });
    }
  });

  it('two machines', async () => {
    await using _nats = await NatsServer.start({ port });
    const near = shell(block('sh', 'robot arm --as near').replace('npx', `${MACHINE} npx`));
    const far = shell(block('sh', 'robot arm --as far').replace('npx', `${MACHINE} npx`));
    await says(near, /^arm \(near\): waiting, no live master here$/m);
    await says(far, /^arm \(far\): waiting, no live master at the near end$/m);
  });

  it('a file of channels', async () => {
    await using _nats = await NatsServer.start({ port });
    const config = block('json', '"channels"').replace('10.0.0.1:4222', `127.0.0.1:${port}`);
    writeFileSync(join(folder, 'bridge.json'), config);
    const run = shell(block('sh', 'npx eshm bridge --config bridge.json').replace('npx', `${MACHINE} npx`));
    for (const name of ['robot', 'camera', 'orders']) {
      await says(run, new RegExp(`^${name} \\(near\\): waiting, no live master here$`, 'm'));
    }
  });

  it('a program', () => program(block('js', 'AbortController')));

  it('a gateway', () => program(block('js', 'gateway: true')));

  it('certificates, a server that wants TLS and a password, and a bridge that has them', async function () {
    if (spawnSync('openssl', ['version']).status !== 0) lacks(this, 'openssl must be installed');
    const made = spawnSync('bash', ['-ec', block('sh', 'openssl req -x509')], {
      cwd: folder,
      encoding: 'utf8',
    });
    assert.equal(made.status, 0, made.stderr);
    writeFileSync(join(folder, 'tls.conf'), block('conf', 'tls {'));
    const run = shell(
      block('sh', '--tls-ca').replace('npx', `${MACHINE} npx`).replace('&\n', '&\nsleep 1\n'),
    );
    await says(run, /^robot \(far\): waiting, no bridge at the near end$/m);
    assert.doesNotMatch(run.output, /s3cret|refuses|Permissions/);
  });

  it('a cluster', async () => {
    const file = join(folder, 'cluster.conf');
    writeFileSync(file, block('conf', 'cluster {'));
    const { status, stderr } = spawnSync('nats-server', ['-t', '-c', file], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    await using _nats = await NatsServer.start({ port });
    const run = shell(block('sh', '10.0.0.3:4222').replace('npx', `${MACHINE} npx`));
    await says(run, /^robot \(near\): waiting, no live master here$/m);
  });

  it('a service: what it starts runs, and goes on when it is told to reload', async () => {
    await using _nats = await NatsServer.start({ port });
    const unit = block('ini', '[Service]');
    const config = join(folder, 'bridge.json');
    writeFileSync(config, JSON.stringify({ channels: ['robot'], as: 'far', servers: `127.0.0.1:${port}` }));
    assert.match(unit, /^WorkingDirectory=\/opt\/cell$/m); // here: the folder of this test
    mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
    symlinkSync(join(repoRoot, 'dist/lib/command/eshm.js'), join(folder, 'node_modules/.bin/eshm'));
    const line = /^ExecStart=(.*)$/m.exec(unit)![1]!.replace('/etc/eshm/bridge.json', config);
    assert.match(line, /^\/usr\/bin\/node /, 'the process itself, for $MAINPID');
    const run = shell(`exec ${MACHINE} ${line.replace('/usr/bin/node', process.execPath)}`);
    await says(run, /^robot \(far\): waiting/m);
    const reload = /^ExecReload=(.*)$/m.exec(unit)![1]!.replace('$MAINPID', `${run.child.pid}`);
    assert.equal(spawnSync('bash', ['-c', reload]).status, 0);
    await says(run, /was read anew: 1 channel/);
    assert.equal(run.child.exitCode, null);
    assert.match(
      unit,
      /^Restart=always$/m,
      'a HUP before the bridge listens for it ends node, cleanly for systemd',
    );
    run.child.kill('SIGTERM');
    await until('its end', () => startedHere().length === 0);
  });

  it('no block is left', () => {
    assert.deepEqual(
      blocks.filter((one) => !taken.has(one)),
      [],
    );
    assert.ok(blocks.length >= 13, `${blocks.length} blocks`);
  });
});
