/** A slave and its masters that come and go: PROTOCOL.md section 5 from our side, against every kind of master. */
import assert from 'node:assert/strict';
import { deriveKey, layoutFor } from '../../../layout/index.js';
import { FIELDS_OF, type Header } from '../../../lib/header/header.js';
import type { Eshm, EshmOptions } from '../../../lib/index.js';
import { Segment } from '../../../syscalls/index.js';
import { type Peers, requirePeers } from '../../peers/build.js';
import { cleanUp, listSegments, refusal, sleep, uniqueName, until } from '../../peers/helpers.js';
import { type PeerLanguage, PeerProcess } from '../../peers/peer-process.js';
import { blockingWaitsOf } from '../../support/blocking.js';
import { headerOf } from '../../support/header-of.js';
import { codeOf, openRecorded, type Recording } from '../recording.js';

const LANGUAGES: readonly PeerLanguage[] = ['c++', 'python', 'typescript'];
const NO_LIMIT = { maxReconnectAttempts: 0, reconnectWaitMs: 0, reconnectRetryIntervalMs: 20 };

describe('reconnecting', () => {
  let peers: Peers;
  let name: string;
  const open: Eshm[] = [];

  before(async function () {
    peers = await requirePeers(this, ['c++', 'python']);
  });

  beforeEach(() => {
    name = uniqueName('reconnect');
  });

  afterEach(async () => {
    for (const endpoint of open.splice(0)) endpoint.close();
    await cleanUp();
    assert.ok(!listSegments().some(({ key }) => key === deriveKey(name)), 'nothing is left behind');
  });

  async function master(language: PeerLanguage, options = ''): Promise<PeerProcess> {
    const peer = PeerProcess.start(peers, language);
    await peer.open('master', name, options);
    return peer;
  }

  async function slave(options: EshmOptions = NO_LIMIT): Promise<Recording> {
    const recording = openRecorded(name, { role: 'slave', ...options });
    open.push(recording.endpoint);
    await until('a live master', () => recording.endpoint.remoteAlive);
    return recording;
  }

  const state = (recording: Recording, wanted: string) =>
    until(`${wanted}, after ${recording.events}`, () => recording.endpoint.state === wanted);

  async function bothWays(peer: PeerProcess, endpoint: Eshm): Promise<void> {
    await passUp(peer, endpoint);
    await peer.write(Buffer.from('down'));
    await until('a message from the master', () => endpoint.tryRead()?.toString() === 'down');
  }

  /** Writes until the peer, whose reads count from their start, has got it. */
  async function passUp(peer: PeerProcess, endpoint: Eshm): Promise<void> {
    let received: string | undefined;
    const reading = peer.read(120_000).then((bytes) => {
      received = bytes.toString();
    });
    while (received === undefined) {
      endpoint.write('up');
      await Promise.race([reading, sleep(5)]);
    }
    assert.equal(received, 'up');
  }

  for (const language of LANGUAGES) {
    it(`a slave follows a ${language} master into a new segment`, async () => {
      const first = await master(language);
      const recording = await slave();
      await first.quit();
      await state(recording, 'reconnecting');
      assert.deepEqual(recording.events, ['stale', 'reconnecting']);
      const next = await master(language);
      await state(recording, 'connected');
      await until('the event', () => recording.reconnections.length === 1);
      assert.deepEqual(recording.events, ['stale', 'reconnecting', 'reconnected']);
      assert.equal(recording.reconnections[0]!.generation, 1);
      assert.ok(recording.reconnections[0]!.tookMs > 0);
      await bothWays(next, recording.endpoint);
      await until('a live slave', () => next.isRemoteAlive());
      recording.endpoint.close();
      await next.quit();
    });

    it(`a slave stays where it is when a ${language} master takes the segment over`, async () => {
      const first = await master(language);
      const recording = await slave();
      await first.kill();
      await state(recording, 'reconnecting');
      const next = await master(language);
      await until('the event', () => recording.reconnections.length === 1);
      assert.deepEqual(recording.events, ['stale', 'reconnecting', 'reconnected']);
      assert.equal(recording.reconnections[0]!.generation, 2);
      assert.equal(recording.endpoint.stats().masterPid, next.pid);
      await bothWays(next, recording.endpoint);
      recording.endpoint.close();
      await next.quit();
    });

    it(`a slave that has not noticed yet learns of a ${language} master that took over`, async () => {
      const first = await master('c++', 'threshold=60000');
      const recording = await slave();
      await first.kill();
      // A TypeScript master would give the dead one its threshold to show a beat.
      const next = await master(language, language === 'typescript' ? 'force=1' : '');
      await until('the event', () => recording.reconnections.length === 1);
      assert.deepEqual(recording.events, ['reconnected']);
      assert.deepEqual(recording.reconnections, [{ generation: 2, tookMs: 0 }]);
      await bothWays(next, recording.endpoint);
      recording.endpoint.close();
      await next.quit();
    });
  }

  it('a master that is stopped and goes on has recovered, not been replaced', async () => {
    const peer = await master('c++');
    const recording = await slave();
    peer.signal('SIGSTOP');
    await state(recording, 'reconnecting');
    assert.equal(
      codeOf(() => recording.endpoint.write('x')),
      'ESHM_TIMEOUT',
    );
    peer.signal('SIGCONT');
    await until('the event', () => recording.events.includes('recovered'));
    assert.deepEqual(recording.events, ['stale', 'reconnecting', 'recovered']);
    await bothWays(peer, recording.endpoint);
  });

  describe('at a new segment', () => {
    let beating: NodeJS.Timeout | undefined;
    let candidate: Segment | undefined;

    afterEach(() => {
      clearInterval(beating);
      candidate?.remove();
      candidate?.detach();
      candidate = undefined;
    });

    /** A slave whose master is dead, and a new segment under the key that nobody has set up. */
    async function atAnUnfinishedSegment(options: EshmOptions): Promise<Recording> {
      const first = await master('c++');
      const recording = await slave(options);
      await first.kill();
      await state(recording, 'reconnecting');
      Segment.remove(Segment.find(deriveKey(name)));
      candidate = Segment.create(deriveKey(name), layoutFor().segmentSize, 0o666);
      return recording;
    }

    /** Sets the segment up as a beating master would, with a slave in it that beats or does not. */
    function setUp(thresholdMs: number, slaveBeats: boolean): Header {
      const { bytes } = candidate!;
      const header = headerOf(bytes);
      header.create(thresholdMs);
      header.claim('slave', 0);
      bytes.writeInt32LE(1, FIELDS_OF.slave.pid);
      beating = setInterval(() => {
        for (const role of slaveBeats ? (['master', 'slave'] as const) : (['master'] as const)) {
          const at = FIELDS_OF[role].heartbeat;
          bytes.writeBigUInt64LE(bytes.readBigUInt64LE(at) + 1n, at);
        }
      }, 1);
      return header;
    }

    it('blocks the event loop neither while it is not set up, nor for a dead slave in it', async () => {
      const recording = await atAnUnfinishedSegment(NO_LIMIT);
      const waits = await blockingWaitsOf(async () => {
        await sleep(250);
        assert.equal(recording.endpoint.state, 'reconnecting');
        setUp(400, false);
        await state(recording, 'connected');
      });
      assert.deepEqual(waits, []);
      assert.equal(headerOf(candidate!.bytes).pid('slave'), process.pid);
      assert.deepEqual(recording.events, ['stale', 'reconnecting', 'reconnected']);
    });

    it('leaves it to a living slave, however short the retry interval', async () => {
      const recording = await atAnUnfinishedSegment({ ...NO_LIMIT, reconnectRetryIntervalMs: 1 });
      const header = setUp(5000, true);
      await sleep(300);
      assert.equal(recording.endpoint.state, 'reconnecting');
      assert.equal(header.pid('slave'), 1);
    });

    it('takes the place of a living slave in it by force', async () => {
      const recording = await atAnUnfinishedSegment({ ...NO_LIMIT, force: true });
      const header = setUp(60_000, true);
      await state(recording, 'connected');
      assert.equal(header.pid('slave'), process.pid);
    });

    it('holds nothing of it when the endpoint is closed in the middle of a look', async () => {
      const recording = await atAnUnfinishedSegment(NO_LIMIT);
      const attached = () => candidate!.stat().attachments;
      await until('a look', () => attached() === 2);
      recording.endpoint.close();
      assert.equal(attached(), 1);
    });
  });

  it('a second master is refused while the first lives, unless it is forced', async () => {
    const first = await master('typescript');
    const recording = await slave();
    const second = PeerProcess.start(peers, 'typescript');
    assert.equal(await refusal(second.open('master', name)), -15);
    assert.deepEqual(recording.events, []);
    await second.open('master', name, 'force=1');
    await until('the event', () => recording.reconnections.length === 1);
    assert.equal(recording.reconnections[0]!.generation, 2);
    // The one that was pushed out must not take the segment along.
    await first.quit();
    await bothWays(second, recording.endpoint);
    recording.endpoint.close();
    await second.quit();
  });

  it('while it looks for a master, reads and writes say so within their time', async () => {
    const peer = await master('c++');
    const recording = await slave();
    await peer.kill();
    await state(recording, 'reconnecting');
    const { endpoint } = recording;
    assert.equal(
      codeOf(() => endpoint.write('x')),
      'ESHM_TIMEOUT',
    );
    assert.equal(endpoint.tryRead(), undefined);
    assert.equal(
      codeOf(() => endpoint.readSync({ timeoutMs: 0 })),
      'ESHM_NO_DATA',
    );
    const before = performance.now();
    assert.equal(
      codeOf(() => endpoint.readSync({ timeoutMs: 60 })),
      'ESHM_TIMEOUT',
    );
    assert.ok(performance.now() - before >= 60);
    assert.equal(endpoint.remoteAlive, false);
    endpoint.stats();
    endpoint.peek();
  });

  it('a slave with behaviour immediately stops at once, and stays safe', async () => {
    const peer = await master('c++');
    const recording = await slave({ disconnectBehavior: 'immediately' });
    await peer.kill();
    await state(recording, 'disconnected');
    await until('the event', () => recording.events.at(-1) === 'disconnected');
    assert.deepEqual(recording.events.slice(-2), ['stale', 'disconnected']);
    staysSafe(recording);
    closesSafely(recording);
  });

  const limits: [what: string, options: EshmOptions][] = [
    ['its attempts', { maxReconnectAttempts: 3, reconnectWaitMs: 0, reconnectRetryIntervalMs: 10 }],
    ['its time', { maxReconnectAttempts: 0, reconnectWaitMs: 60, reconnectRetryIntervalMs: 10 }],
    [
      'attempts before time',
      { maxReconnectAttempts: 1, reconnectWaitMs: 3_600_000, reconnectRetryIntervalMs: 10 },
    ],
    [
      'time before attempts',
      { maxReconnectAttempts: 1e9, reconnectWaitMs: 40, reconnectRetryIntervalMs: 10 },
    ],
    [
      'its attempts, with behaviour never',
      { ...NO_LIMIT, maxReconnectAttempts: 2, disconnectBehavior: 'never' },
    ],
  ];
  for (const [what, options] of limits) {
    it(`a slave gives up after ${what}, and stays safe`, async () => {
      const peer = await master('c++');
      const recording = await slave(options);
      await peer.kill();
      await state(recording, 'disconnected');
      await until('the event', () => recording.events.at(-1) === 'disconnected');
      // A master that had no core for a moment may have been lost, and found again, before.
      assert.deepEqual(recording.events.slice(-3), ['stale', 'reconnecting', 'disconnected']);
      staysSafe(recording);
      // A master that comes too late is none of its business.
      const next = await master('c++');
      await sleep(150);
      assert.equal(recording.endpoint.state, 'disconnected');
      assert.equal((await next.values('stats')).slave_heartbeat, 0);
      await until('a master that gave up waiting', async () => !(await next.isRemoteAlive()));
      await next.quit();
      closesSafely(recording);
    });
  }

  it('a slave without limits still looks after more attempts and time than the defaults would allow', async () => {
    const peer = await master('c++');
    const recording = await slave({
      maxReconnectAttempts: 0,
      reconnectWaitMs: 0,
      reconnectRetryIntervalMs: 1,
    });
    await peer.kill();
    await state(recording, 'reconnecting');
    await sleep(500);
    assert.equal(recording.endpoint.state, 'reconnecting');
    const next = await master('c++');
    await state(recording, 'connected');
    await bothWays(next, recording.endpoint);
  });

  function staysSafe({ endpoint }: Recording): void {
    assert.equal(
      codeOf(() => endpoint.write('x')),
      'ESHM_MASTER_STALE',
    );
    assert.equal(
      codeOf(() => endpoint.tryRead()),
      'ESHM_MASTER_STALE',
    );
    assert.equal(
      codeOf(() => endpoint.tryReadInto(new Uint8Array(8))),
      'ESHM_MASTER_STALE',
    );
    assert.equal(
      codeOf(() => endpoint.readSync({ timeoutMs: 50 })),
      'ESHM_MASTER_STALE',
    );
    assert.equal(endpoint.remoteAlive, false);
    assert.equal(endpoint.stats().slaveAlive, false, 'its flag is down');
    endpoint.peek();
  }

  function closesSafely({ endpoint }: Recording): void {
    endpoint.close();
    endpoint.close();
    assert.equal(endpoint.state, 'closed');
    assert.equal(
      codeOf(() => endpoint.write('x')),
      'ESHM_CLOSED',
    );
  }

  for (const language of LANGUAGES) {
    it(`reconnects to a ${language} master inside readSync, with the event loop blocked`, async () => {
      const first = await master(language);
      const recording = await slave();
      await first.quit();
      const next = PeerProcess.start(peers, language);
      const told = Promise.all([next.open('master', name), next.command('burst 3000 64 2000')]);
      const message = recording.endpoint.readSync({ timeoutMs: 120_000 });
      assert.equal(message.length, 64);
      assert.equal(recording.endpoint.state, 'connected');
      await until('the event', () => recording.reconnections.length === 1);
      await next.kill();
      await told.catch(() => {});
    });

    it(`reconnects to a ${language} master in a loop of tryRead and write that never yields`, async () => {
      const first = await master(language);
      const recording = await slave();
      await first.quit();
      const next = PeerProcess.start(peers, language);
      const told = Promise.all([next.open('master', name), next.command('burst 3000 64 2000')]);
      const watchdog = performance.now() + 120_000;
      let message: Buffer | undefined;
      const refusals = new Set<string | undefined>();
      while (message === undefined && performance.now() < watchdog) {
        refusals.add(codeOf(() => recording.endpoint.write('x')));
        message = recording.endpoint.tryRead();
      }
      assert.equal(message?.length, 64);
      // Who is quick enough is never refused.
      for (const code of refusals) assert.ok(code === undefined || code === 'ESHM_TIMEOUT', code);
      assert.equal(recording.endpoint.state, 'connected');
      await next.kill();
      await told.catch(() => {});
    });
  }

  it('a master that took over and closes last removes the segment', async () => {
    const first = await master('typescript');
    const second = await slave();
    await first.kill();
    const next = await master('typescript');
    await until('the event', () => second.reconnections.length === 1);
    second.endpoint.close();
    await next.quit();
    // afterEach finds no segment.
  });

  it('a master that took over leaves the segment to a slave that still lives in it', async () => {
    const first = await master('typescript');
    const recording = await slave();
    await first.kill();
    const second = await master('typescript');
    await until('the event', () => recording.reconnections.length === 1);
    const key = deriveKey(name);
    await until('a live slave', () => second.isRemoteAlive());
    await second.quit();
    assert.ok(
      listSegments().some((segment) => segment.key === key),
      'the slave is still in it',
    );
    const third = await master('typescript');
    await until('the event', () => recording.reconnections.length === 2);
    assert.equal(recording.reconnections[1]!.generation, 3);
    await bothWays(third, recording.endpoint);
    recording.endpoint.close();
    await third.quit();
  });
});
