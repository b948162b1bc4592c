/** Several processes that start in one role at the same moment (PROTOCOL.md section 4, DESIGN.md). */
import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { deriveKey, layoutFor } from '../../../layout/index.js';
import { FIELDS_OF, type Header } from '../../../lib/header/header.js';
import { Eshm } from '../../../lib/index.js';
import { Segment } from '../../../syscalls/index.js';
import { imageOf, removeLeftovers, segmentOf, uniqueName } from '../../support/channels.js';
import { headerOf } from '../../support/header-of.js';
import { onQuietMachine } from '../../support/quiet.js';
import { builtUrl, ended, killChildren, startNode } from '../../support/run-node.js';
import { size } from '../../support/sizes.js';

describe('roles of processes that start at one moment', () => {
  let name: string;

  afterEach(() => {
    killChildren();
    removeLeftovers();
  });

  for (const role of ['master', 'slave'] as const) {
    it(`of two that start as ${role} at one moment after a dead one, one is refused`, async function () {
      await startingTogether(this, 2, starter(role), async (starters) => {
        for (let round = 0; round < size({ short: 4, long: 15 }); round++) {
          name = uniqueName('roles');
          // A mark of each role that nobody beats for.
          const segment = Segment.create(deriveKey(name), layoutFor().segmentSize, 0o666);
          const header = headerOf(segment.bytes);
          header.create(100);
          header.claim('slave', header.identity('slave'));
          starters.open(name);
          const answers = await starters.answers();
          segment.remove();
          segment.detach();
          assert.deepEqual(answers.sort(), ['ESHM_ROLE_MISMATCH', 'opened'], `round ${round}`);
        }
      });
    });
  }

  for (const [what, prepare] of [
    ['where nothing is', () => {}],
    ['where a dead one left its segment', (key) => leaveBehind(key, (header) => header.create(20))],
    ['where one died before it had set its segment up', (key) => leaveBehind(key, () => {})],
    [
      'where one died as it removed a segment',
      (key) => leaveBehind(key, (header) => header.seize('master', 0)),
    ],
  ] as [string, (key: number) => void][]) {
    it(`of three that start as master at one moment ${what}, one is master under the key, two are refused`, async function () {
      await startingTogether(
        this,
        3,
        starter('master', 'autoCleanup: true, mode: 0o600'),
        async (starters) => {
          for (let round = 0; round < size({ short: 6, long: 25 }); round++) {
            name = uniqueName('roles');
            prepare(deriveKey(name));
            starters.open(name);
            const answers = await starters.answers();
            assert.deepEqual(
              answers.sort(),
              ['ESHM_ROLE_MISMATCH', 'ESHM_ROLE_MISMATCH', 'opened'],
              `round ${round}`,
            );
            assert.equal(segmentOf(name)?.mode, 0o600, 'the new one');
            assert.equal(segmentOf(name)?.attachments, 1);
          }
        },
      );
    });
  }

  it('a live master with the shortest threshold is not taken for a dead one', async function () {
    await onQuietMachine(this, SHORTEST_GRACE_MS, async () => {
      const name = uniqueName('roles');
      const first = Eshm.open(name, { role: 'master', staleThresholdMs: 1 });
      try {
        const open = () => Eshm.open(name, { role: 'master' });
        for (let i = 0; i < 300; i++) assert.throws(open, { code: 'ESHM_ROLE_MISMATCH' }, `attempt ${i}`);
        assert.equal(first.stats().masterGeneration, 1);
      } finally {
        first.close();
      }
    });
  });

  it('of two that start as auto at one moment one is master and one slave, in one segment', async function () {
    await startingTogether(this, 2, starter('auto', 'autoCleanup: true'), async (starters) => {
      for (let round = 0; round < size({ short: 6, long: 25 }); round++) {
        name = uniqueName('roles');
        starters.open(name);
        assert.deepEqual(await starters.answers(), ['opened', 'opened'], `round ${round}`);
        assert.equal(segmentOf(name)?.attachments, 2);
        const header = imageOf(name);
        const pids = (['master', 'slave'] as const).map((role) => header.readInt32LE(FIELDS_OF[role].pid));
        assert.deepEqual(pids.sort(), starters.pids.sort());
      }
    });
  });
});

/** A segment that nobody is in. */
function leaveBehind(key: number, prepare: (header: Header) => unknown): void {
  const segment = Segment.create(key, layoutFor().segmentSize, 0o666);
  prepare(headerOf(segment.bytes));
  segment.detach();
}

/** Starts as `role` under each name it is told, at the moment it is told, and stays until it is told the next. */
const starter = (role: 'master' | 'slave' | 'auto', options = 'autoCleanup: false') => `
  import { createInterface } from 'node:readline';
  import { Eshm } from '${builtUrl('lib/index.js')}';
  // The heartbeat worker takes a while to start.
  let endpoint = Eshm.open('roles-warm-' + process.pid, { role: 'master' });
  endpoint.close();
  endpoint = undefined;
  console.log('ready');
  for await (const line of createInterface(process.stdin)) {
    const [name, at] = JSON.parse(line);
    endpoint?.close();
    endpoint = undefined;
    while (Date.now() < at);
    try {
      endpoint = Eshm.open(name, { role: '${role}', ${options} });
      console.log('opened');
    } catch (error) {
      console.log(error.code);
    }
  }
  endpoint?.close();`;

/**
 * A process that others take for dead, or whose segment for a stranger's, must not have been without a core for long: a
 * start gives it 50 ms to show itself.
 */
const SHORTEST_GRACE_MS = 50;

/** Runs `act` with `count` processes that run `code`, {@link onQuietMachine}. */
function startingTogether(
  context: Mocha.Context,
  count: number,
  code: string,
  act: (starters: Starters) => Promise<void>,
): Promise<void> {
  return onQuietMachine(context, SHORTEST_GRACE_MS, async (waits) => {
    const starters = new Starters(count, code);
    try {
      assert.deepEqual(await starters.answers(), Array(count).fill('ready'));
      for (const pid of starters.pids) waits.watch(pid);
      await act(starters);
    } finally {
      waits.look();
      await starters.finish();
    }
  });
}

/** Processes that run {@link starter} and open one channel at one moment, as often as they are told. */
class Starters {
  readonly #all: {
    readonly process: ReturnType<typeof startNode>;
    readonly lines: AsyncIterator<string>;
    readonly end: ReturnType<typeof ended>;
  }[];

  constructor(count: number, code: string) {
    this.#all = Array.from({ length: count }, () => {
      const process = startNode(code);
      const lines = createInterface(process.stdout!)[Symbol.asyncIterator]();
      return { process, lines, end: ended(process) };
    });
  }

  get pids(): number[] {
    return this.#all.map(({ process }) => process.pid!);
  }

  /** The next line of each. */
  answers(): Promise<string[]> {
    return Promise.all(this.#all.map(async ({ lines }) => String((await lines.next()).value)));
  }

  /** Has all of them open `name`, 20 ms from now. */
  open(name: string): void {
    const at = Date.now() + 20;
    for (const { process } of this.#all) process.stdin!.write(`${JSON.stringify([name, at])}\n`);
  }

  async finish(): Promise<void> {
    for (const { process } of this.#all) process.stdin!.end();
    for (const { end } of this.#all) assert.equal((await end).code, 0);
  }
}
