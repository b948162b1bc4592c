import assert from 'node:assert/strict';
import {
  type CliRole,
  inShellWords,
  type OpenFlags,
  openOptions,
} from '../../../../lib/cli/talking/open-options.js';
import { resolveOptions } from '../../../../lib/options.js';

const flags = (over: Partial<OpenFlags> = {}): OpenFlags => ({ role: 'slave', maxDataSize: 4096, ...over });

describe('openOptions()', () => {
  it("are the library's defaults where nothing is said", () => {
    assert.deepEqual({ ...resolveOptions(openOptions(flags())), idle: 0 }, { ...resolveOptions(), idle: 0 });
  });

  const cases: [Partial<OpenFlags>, object][] = [
    [{ staleThreshold: 3000 }, { staleThresholdMs: 3000 }],
    [{ mode: 0o640 }, { mode: 0o640 }],
    [{ ownerOnly: true }, { ownerOnly: true, mode: 0o600 }],
    [
      { ownerOnly: true, mode: 0o660 },
      { ownerOnly: true, mode: 0o660 },
    ],
    [{ force: true }, { force: true }],
    [{ maxDataSize: 100 }, { maxDataSize: 100 }],
    [{ reconnectWait: 60_000 }, { reconnectWaitMs: 60_000, maxReconnectAttempts: 0 }],
    [{ reconnectWait: 0 }, { reconnectWaitMs: 0, maxReconnectAttempts: 0 }],
  ];
  for (const [given, expected] of cases) {
    it(`${JSON.stringify(given)} becomes ${JSON.stringify(expected)}`, () => {
      const resolved = resolveOptions(openOptions(flags(given)));
      assert.deepEqual({ ...resolved, ...expected }, resolved);
    });
  }

  it('--force must know whose place is meant', () => {
    const open = (role: CliRole) => openOptions(flags({ role, force: true }));
    assert.throws(() => open('auto'), { name: 'RangeError', message: /--role master or slave/ });
    for (const role of ['master', 'slave'] as const) assert.equal(open(role).force, true);
  });
});

describe('inShellWords()', () => {
  it('names options as the command line has them', () => {
    assert.equal(inShellWords('take over with force: true'), 'take over with --force');
    assert.equal(
      inShellWords('for a maxDataSize of 5 (ownerOnly)'),
      'for a --max-data-size of 5 (--owner-only)',
    );
    assert.equal(
      inShellWords("stopped looking (reconnectWaitMs: 100), with reconnect: 'forever' to go on"),
      'stopped looking (--reconnect-wait 100), with --reconnect-wait 0 to go on',
    );
  });
});
