/** README's table of pairings: its commands, as they are printed, beside each other, until Ctrl-C. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { requirePeers } from './peers/build.js';
import { removeLeftovers, uniqueName, until } from './support/channels.js';
import { read } from './support/documents.js';
import { repoRoot } from './support/repo-root.js';
import { size } from './support/sizes.js';

const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** By language, the commands that start a master and a slave. */
const TABLE = [
  ...read('README.md').matchAll(/^\| ([^|]+) \| `(npm run [^`]+)` \| `(npm run [^`]+)` \|$/gm),
].map(([, language, master, slave]) => ({ language: language!, master: master!, slave: slave! }));

/** A terminal in the folder of the checkout in which a command was typed. */
class Terminal {
  static readonly #all = new Set<Terminal>();
  readonly #shell: ChildProcess;
  readonly #ended: Promise<unknown[]>;
  output = '';

  constructor(command: string) {
    this.#shell = spawn('bash', ['-c', command], {
      cwd: repoRoot,
      // A group of its own, as a terminal gives one to what is typed.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#ended = once(this.#shell, 'close');
    for (const stream of [this.#shell.stdout!, this.#shell.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    Terminal.#all.add(this);
  }

  static endAll(): void {
    for (const terminal of Terminal.#all) terminal.#signal('SIGKILL');
  }

  async shows(line: RegExp): Promise<void> {
    await until(`${line}`, () => {
      assert.equal(this.#shell.exitCode, null, `it has ended: ${this.output}`);
      return line.test(this.output);
    });
  }

  /** Ctrl-C, which everything in the group gets; its exit code. */
  async interrupt(): Promise<unknown> {
    this.#signal('SIGINT');
    const [code] = await this.#ended;
    Terminal.#all.delete(this);
    return code;
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.#shell.pid!, signal);
    } catch {
      // All of it has ended.
    }
  }
}

/** What npm runs for a command, without the compiler, which would write what these tests run from. */
function withoutNpm(command: string, name: string): string {
  const [, script, args] = /^npm run (\w+) -- (.+) eshm1$/.exec(command)!;
  const line = scripts[script!]!.replace(/^node scripts\/compiled\.mjs .+ && /, '');
  assert.match(line, /^node dist\//);
  return `exec ${line.replace(/^node/, `'${process.execPath}'`)} ${args} ${name}`;
}

describe("README's pairings", () => {
  before(async function () {
    await requirePeers(this, ['c++', 'python']);
  });
  afterEach(() => {
    Terminal.endAll();
    removeLeftovers();
  });

  // Each command once; demo.test.ts and peers/demos.test.ts run the programs of all nine.
  const slavesOf = (at: number) => size({ short: [TABLE[(at + 1) % TABLE.length]!], long: TABLE });
  for (const [at, { language, master }] of TABLE.entries()) {
    for (const { language: other, slave } of slavesOf(at)) {
      it(`a master in ${language} and a slave in ${other} talk, and end on Ctrl-C`, async () => {
        const name = uniqueName('pairing');
        const first = new Terminal(withoutNpm(master, name));
        await first.shows(/\[MASTER\] Sent: /);
        const second = new Terminal(withoutNpm(slave, name));
        await second.shows(/\[SLAVE\] Received \(\d+ bytes\): Hello from .*master #\d+/);
        await first.shows(/\[MASTER\] Received: ACK from .*slave #\d+/);
        assert.deepEqual([await second.interrupt(), await first.interrupt()], [0, 0]);
        assert.deepEqual(removeLeftovers(), [], 'nothing is left');
      });
    }
  }

  it('are of three languages', () => {
    assert.deepEqual(
      TABLE.map(({ language }) => language),
      ['TypeScript', 'C++', 'Python'],
    );
  });
});
