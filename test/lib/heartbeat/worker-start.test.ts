/** The start of the heartbeat worker: it needs no file beside the code, and where it cannot start it says why. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { createFault } from '../../../lib/heartbeat/fault.js';
import { createTable } from '../../../lib/heartbeat/table.js';
import { WORKER_CODE } from '../../../lib/heartbeat/worker-code.js';
import { uniqueName } from '../../support/channels.js';
import { needsAnotherUser } from '../../support/needs.js';
import { repoRoot } from '../../support/repo-root.js';
import { builtUrl, type ChildOptions, evaluate, killChildren, runNode } from '../../support/run-node.js';

interface Told {
  readonly code?: string;
  readonly message?: string;
}

/** Opens in every way and prints what became of it: `{}` where the endpoint beats. */
const tell = (library: string) => `
  const { Eshm } = await import('${library}');
  const { setTimeout: sleep } = await import('node:timers/promises');
  const name = '${uniqueName('worker-start')}';
  const attempt = async (open) => {
    try {
      const one = await open();
      const beat = one.stats().masterHeartbeat;
      while (one.stats().masterHeartbeat === beat) await sleep(1);
      one.close();
      return {};
    } catch ({ code, message }) {
      return { code, message };
    }
  };
  const opened = await attempt(() => Eshm.open(name, { role: 'master' }));
  const alone = Eshm.open(name, { role: 'master', useThreads: false });
  const { Segment } = await import('${library.replace('lib/', 'syscalls/')}');
  const view = Segment.attach(Segment.find(alone.key)).bytes;
  // A master that beats, so that connect comes as far as its own start.
  const beats = setInterval(() => new BigInt64Array(view.buffer, view.byteOffset)[1]++, 1);
  const connected = await attempt(() => Eshm.connect(name));
  clearInterval(beats);
  alone.close();
  console.log(JSON.stringify({ opened, connected }));
  process.exit();`;

interface Both {
  readonly opened: Told;
  readonly connected: Told;
}

describe('the start of the heartbeat worker', () => {
  const folders: string[] = [];
  const folder = () => {
    const made = mkdtempSync(join(tmpdir(), 'eshm-start-'));
    folders.push(made);
    return made;
  };
  after(() => {
    killChildren();
    for (const one of folders) rmSync(one, { recursive: true });
  });

  const library = builtUrl('lib/index.js');
  const env = () => {
    const { NODE_V8_COVERAGE: _, ...rest } = process.env;
    return rest;
  };
  const both = (code: string, options: ChildOptions = {}) => evaluate<Both>(code, { env: env(), ...options });

  /** Has every worker of a child made with these options too. */
  const workersWith = (options: string) => `
    const threads = (await import('node:worker_threads')).default;
    const { Worker } = threads;
    threads.Worker = class extends Worker {
      constructor(code, options) {
        super(code, { ...options, ...${options} });
      }
    };
    (await import('node:module')).syncBuiltinESMExports();`;

  it('takes the text that the build makes of the sources', async () => {
    const { workerCode } = await import(join(repoRoot, 'scripts/worker.mjs'));
    assert.equal(WORKER_CODE, await workerCode(), 'the build is older than the sources: npm run build:test');
  });

  it('needs no file beside the code', async () => {
    const root = folder();
    for (const part of ['lib', 'layout', 'syscalls']) {
      cpSync(join(repoRoot, 'dist', part), join(root, part), { recursive: true });
    }
    rmSync(join(root, 'lib/heartbeat/worker.js'));
    writeFileSync(join(root, 'package.json'), '{"type":"module"}');
    symlinkSync(join(repoRoot, 'node_modules'), join(root, 'node_modules'));
    const { opened } = await both(tell(pathToFileURL(join(root, 'lib/index.js')).href));
    assert.deepEqual(opened, {});
  });

  it('leaves out what NODE_OPTIONS preloads into the program and its threads', async () => {
    const preload = join(folder(), 'preload.cjs');
    writeFileSync(
      preload,
      "if (!require('worker_threads').isMainThread) throw new Error('not for threads');",
    );
    const { opened } = await both(tell(library), { env: { ...env(), NODE_OPTIONS: `--require ${preload}` } });
    assert.deepEqual(opened, {});
  });

  it('says what ended the worker before its first pass', async () => {
    const broken = workersWith("{ workerData: { ...options.workerData, binary: '/nowhere.node' } }");
    const { opened, connected } = await both(`${broken}${tell(library)}`);
    for (const { code, message } of [opened, connected]) {
      assert.equal(code, 'ESHM_UNSUPPORTED', message);
      assert.match(
        message!,
        /^Cannot open: the heartbeat worker could not start \(.*\.node: .*\), .*useThreads: false$/,
      );
    }
  });

  it('says that its thread has ended before it ran a line', async () => {
    const broken = workersWith("{ execArgv: ['--require', '/nowhere/preload.cjs'] }");
    const { opened, connected } = await both(`${broken}${tell(library)}`);
    for (const { code, message } of [opened, connected]) {
      assert.equal(code, 'ESHM_UNSUPPORTED', message);
      assert.match(message!, /^Cannot open: the heartbeat worker's thread has ended before it ran a line/);
    }
  });

  it('says that the system gives no thread', async function () {
    // A limit of threads is a user's, so it takes one of its own.
    needsAnotherUser(this);
    // A user whom nobody else is; the limit is found at which Node starts and nothing more does.
    const uid = `${400_000 + (process.pid % 100_000)}`;
    for (let threads = 6; threads < 40; threads++) {
      const limit = ['prlimit', `--nproc=${threads}`];
      const under = ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', ...limit];
      const { code, stdout } = await runNode(tell(library), { under, env: env() });
      if (code !== 0) continue;
      const { opened, connected }: Both = JSON.parse(stdout);
      for (const one of [opened, connected]) {
        assert.equal(one.code, 'ESHM_UNSUPPORTED', one.message);
        assert.match(
          one.message!,
          /^Cannot open: the system gives no thread .*EAGAIN.*ulimit -u.*useThreads/,
        );
      }
      return;
    }
    assert.fail('no limit at which node starts');
  });

  it('is tried again where a worker cannot be replaced at once, and warns', async () => {
    const again = await evaluate<{ warnings: string[]; beats: boolean }>(
      `
      const threads = (await import('node:worker_threads')).default;
      const { Worker } = threads;
      let started = 0;
      let worker;
      threads.Worker = class extends Worker {
        constructor(code, options) {
          started++;
          if (started === 2) throw Object.assign(new Error('EAGAIN'), { code: 'ERR_WORKER_INIT_FAILED' });
          super(code, options);
          worker = this;
        }
      };
      (await import('node:module')).syncBuiltinESMExports();
      const { Eshm } = await import('${library}');
      const { setTimeout: sleep } = await import('node:timers/promises');
      const warnings = [];
      process.on('warning', ({ message }) => warnings.push(message));
      const master = Eshm.open('${uniqueName('worker-start')}', { role: 'master' });
      await worker.terminate();
      const beat = master.stats().masterHeartbeat;
      while (master.stats().masterHeartbeat === beat) await sleep(1);
      console.log(JSON.stringify({ warnings, beats: started === 3 }));
      master.close();`,
      { env: env() },
    );
    assert.equal(again.beats, true);
    assert.match(again.warnings.join(), /gives no thread/);
  });

  it('has stack traces with names, and lines that its source map knows', async () => {
    // Without the binary it ends in the function that loads it.
    const workerData = {
      table: createTable(1),
      binary: '/nowhere.node',
      isNative: true,
      fault: createFault(),
    };
    const worker = new Worker(WORKER_CODE, { eval: true, workerData });
    const { stack } = await new Promise<Error>((resolve) => worker.once('error', resolve));
    const place = /at loadBinary \(eshm:\/\/\/heartbeat-worker\.js:(\d+):(\d+)\)/.exec(stack!);
    assert.ok(place !== null, stack);
    const [, map] = /sourceMappingURL=data:application\/json;base64,(\S+)/.exec(WORKER_CODE)!;
    const entry = new SourceMap(JSON.parse(Buffer.from(map!, 'base64').toString())).findEntry(
      Number(place[1]) - 1,
      Number(place[2]) - 1,
    );
    assert.ok('originalSource' in entry && entry.originalSource === 'syscalls/binary.ts', stack);
    const line = readFileSync(join(repoRoot, entry.originalSource), 'utf8').split('\n')[entry.originalLine]!;
    assert.match(line, /process\.dlopen/);
  });

  it('leaves the error for an owner who is blocked', async () => {
    const outfit = {
      table: createTable(1),
      binary: '/nowhere.node',
      isNative: true,
      fault: createFault(),
    };
    const worker = new Worker(WORKER_CODE, { eval: true, workerData: outfit });
    const ended = new Promise((resolve) => worker.once('error', resolve));
    const length = new Int32Array(outfit.fault.buffer);
    const watchdogMs = performance.now() + 120_000;
    while (Atomics.load(length, 0) === 0 && performance.now() < watchdogMs) {
      Atomics.wait(createTable(1), 0, 0, 1);
    }
    assert.match(Buffer.from(outfit.fault.slice(4, 4 + length[0]!)).toString(), /nowhere\.node/);
    await ended;
  });
});
