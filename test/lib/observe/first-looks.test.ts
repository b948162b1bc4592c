/** What an observer sees in its first moments, in which its heartbeat worker starts and nothing is known of the writer's pace. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ShmKind } from '../../../lib/index.js';
import { requirePeers } from '../../peers/build.js';
import { cleanUp, sleep } from '../../peers/helpers.js';
import { PeerProcess } from '../../peers/peer-process.js';
import { uniqueName } from '../../support/channels.js';
import { builtUrl, ended, evaluate, killChildren, startNode } from '../../support/run-node.js';
import { unlessStarved } from '../../support/starved.js';

const PERIOD_MS = 10;

/** A message stays for a period: whoever is without a core for half of one may miss it. */
const EXCUSING_MS = PERIOD_MS / 2;

const MESSAGES = 100;

/** Says `ready`, waits for a line, and then prints what was missed before each message. */
const observing = (name: string) => `
  const { Eshm } = await import('${builtUrl('lib/index.js')}');
  console.log('ready');
  await new Promise((resolve) => process.stdin.once('data', resolve));
  process.stdin.unref();
  const missed = [];
  for await (const message of Eshm.observe('${name}', { signal: AbortSignal.timeout(60_000) })) {
    missed.push(message.missed);
    if (missed.length === ${MESSAGES}) break;
  }
  console.log(JSON.stringify(missed));
  process.exit();
`;

/** A master and `seen`, in a process whose heartbeat worker never begins. */
const WITHOUT_WORKER = (shm: ShmKind) => `
  const { heartbeat } = await import('${builtUrl('lib/heartbeat/index.js')}');
  const { Eshm } = await import('${builtUrl('lib/index.js')}');
  heartbeat.begin = () => {};
  const name = '${uniqueName('first')}';
  const master = await Eshm.open(name, { role: 'master', useThreads: false, shm: '${shm}' });
  const seen = [];
`;

const END = `
  master.close();
  console.log(JSON.stringify(seen));
  process.exit();
`;

describe('an observer in its first moments', () => {
  afterEach(async () => {
    killChildren();
    await cleanUp();
  });

  for (const shm of ['system-v', 'posix'] as const) {
    it(`sees every message of ${shm} before its heartbeat worker has begun`, async () => {
      const seen = await evaluate<number[]>(`
        ${WITHOUT_WORKER(shm)}
        setTimeout(() => master.write('1'), 20);
        for await (const { count } of Eshm.observe(name, { signal: AbortSignal.timeout(60_000) })) {
          seen.push(count);
          if (count === 5) break;
          // By then it has parked.
          setTimeout(() => master.write(String(count + 1)), 20);
        }
        ${END}
      `);
      assert.deepEqual(seen, [1, 2, 3, 4, 5]);
    });

    it(`has missed nothing that was written to ${shm} while it came`, async () => {
      const seen = await evaluate<unknown[]>(`
        ${WITHOUT_WORKER(shm)}
        // Called for the one direction when it is known where the other stands.
        heartbeat.begin = () => master.write('while it comes');
        const observer = Eshm.observe(name, { encoding: 'utf8', signal: AbortSignal.timeout(60_000) });
        master.write('when it is there');
        for await (const { data, missed } of observer) {
          seen.push(data, missed);
          break;
        }
        ${END}
      `);
      assert.deepEqual(seen, ['when it is there', 0]);
    });
  }

  it('misses nothing of a C++ program that writes a hundred times a second', async function () {
    const peers = await requirePeers(this, ['c++']);
    await unlessStarved(this, EXCUSING_MS, async (waits) => {
      const master = PeerProcess.start(peers);
      const name = uniqueName('first');
      await master.ask(`open master ${name} threshold=10000`);
      const observer = startNode(observing(name));
      try {
        const outcome = ended(observer);
        await once(observer.stdout!, 'data');
        waits.watch(observer.pid!);
        waits.watch(master.pid);
        // Before the observer comes, and for longer than it looks: it is killed then.
        master.ask(`burst 1000000 64 ${PERIOD_MS * 1000}`).catch(() => {});
        await sleep(3 * PERIOD_MS);
        observer.stdin!.end('go\n');
        const { stdout, stderr } = await outcome;
        const missed = stdout.slice(stdout.indexOf('['));
        assert.deepEqual([JSON.parse(missed), stderr], [Array(MESSAGES).fill(0), '']);
      } finally {
        waits.look();
        observer.kill('SIGKILL');
        await PeerProcess.killAll();
      }
    });
  });
});
