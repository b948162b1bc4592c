import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { COMMANDS } from '../../../lib/cli/commands.js';
import { ESHM, type Outcome } from './lab.js';

function eshm(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [ESHM, ...args], { encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

/**
 * Runs command lines one after the other in one process, which is twenty times as fast as one each: the whole command,
 * from its arguments to what it writes and the exit code it sets.
 */
function inOneProcess(commandLines: readonly (readonly string[])[]): Outcome[] {
  const code = `
    const write = process.stdout.write.bind(process.stdout);
    const outcomes = [];
    // Each run listens to both streams, as each process would.
    for (const stream of [process.stdout, process.stderr]) stream.setMaxListeners(0);
    for (const [number, args] of ${JSON.stringify(commandLines)}.entries()) {
      const outcome = { stdout: '', stderr: '' };
      for (const name of ['stdout', 'stderr']) process[name].write = (text) => { outcome[name] += text; return true; };
      process.argv = [process.execPath, ${JSON.stringify(ESHM)}, ...args];
      process.exitCode = undefined;
      await import(${JSON.stringify(pathToFileURL(ESHM).href)} + '?' + number);
      outcomes.push({ ...outcome, code: process.exitCode ?? 0 });
    }
    process.exitCode = 0;
    write(JSON.stringify(outcomes));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-'], {
    input: code,
    encoding: 'utf8',
  });
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

describe('the eshm command line', () => {
  const commands = [...eshm('--help').stdout.matchAll(/^ {2}([a-z][a-z-]*) .*$/gm)]
    .map(([, command]) => command!)
    .filter((command) => command !== 'help');

  it('has all subcommands', () => {
    assert.deepEqual(commands, Object.keys(COMMANDS));
  });

  describe('--help', () => {
    const helped = Object.keys(COMMANDS);
    let outcomes: Outcome[];
    before(() => {
      outcomes = inOneProcess(helped.map((command) => [command, '--help']));
    });

    it('of view and of metrics says that names are labels and choose nothing', () => {
      for (const command of ['view', 'metrics']) {
        const { stdout } = outcomes[helped.indexOf(command)]!;
        assert.match(
          stdout.replaceAll(/\s+/g, ' '),
          /Names are labels and choose nothing: all channels are shown, and a name that nobody/,
        );
      }
    });

    for (const [number, command] of helped.entries()) {
      it(`of ${command} has examples, in 100 columns at most`, () => {
        const { code, stdout } = outcomes[number]!;
        assert.equal(code, 0);
        assert.match(stdout, new RegExp(`^Examples:\\n +.*eshm ${command}`, 'm'));
        for (const line of stdout.split('\n')) assert.ok(line.length <= 100, line);
      });
    }
  });

  const wrong: [string[], RegExp][] = [
    [['bogus'], /unknown command 'bogus'/],
    [['lst'], /Did you mean ls\?/],
    [['help', 'nosuch'], /unknown command 'nosuch'/],
    [['help', 'lst'], /unknown command 'lst' \(Did you mean ls\?\)/],
    [['nosuch', '--help'], /unknown command 'nosuch'/],
    [['ls', '--nope'], /unknown option '--nope'/],
    [['stat', 'x', 'extra'], /too many arguments/],
    [['stat'], /expected one of NAME, --key and --id/],
    [['stat', 'x', '--id', '3'], /expected one of NAME, --key and --id/],
    [['stat', '--key', 'abc'], /'abc' is invalid/],
    [['stat', '--key', '0'], /IPC_PRIVATE/],
    [['stat', '--key', '4294967296'], /'4294967296' is invalid/],
    [['stat', '--id', '-1'], /'-1' is invalid/],
    [['stat', ''], /name is empty/],
    [['stat', 'x', '--interval', '1.5'], /'1.5' is invalid/],
    [['rm'], /expected one of NAME, --key and --id/],
    [['rm', 'x', '--stale'], /not both/],
    [['send'], /missing required argument 'name'/],
    [['send', 'x', '--role', 'boss'], /Allowed choices are master, slave, auto/],
    [['send', 'x', '--force'], /expected --role master or slave/],
    [['send', 'x', '--stale-threshold', '0'], /'0' is invalid/],
    [['send', 'x', '--mode', '0888'], /'0888' is invalid/],
    [['send', 'x', '--resend', '0'], /'0' is invalid/],
    [['send', 'x', 'hi', '--resend', '20', '--timeout', '1'], /--resend .* expected --ack beside it/],
    [['recv', 'x', '--follow', '--reconnect-wait', '5'], /cannot be used with/],
    [['recv', 'x', '--count', '0'], /'0' is invalid/],
    [
      ['recv', 'x', '--observe', '--role', 'master'],
      /'--observe' cannot be used with option '--role <role>'/,
    ],
    [
      ['recv', 'x', '--direction', 'm2s', '--force'],
      /'--direction <way>' cannot be used with option '--force'/,
    ],
    [['recv', 'x', '--json', '--raw'], /'--raw' cannot be used with option '--json'/],
    [
      ['send', 'x', '--dialect', 'python', '--as', 'x.mjs#X', '{}'],
      /'--dialect <name>' cannot be used with option '--as <file#record>'/,
    ],
    [['send', 'x', '--dialect', 'python', '--nul'], /'--(nul|dialect <name>)' cannot be used with option/],
    [['recv', 'x', '--direction', 'both'], /Allowed choices are m2s, s2m/],
    [['recv', 'x', '--observe', '--raw'], /expected --direction m2s or s2m/],
    [['hz'], /missing required argument 'names'/],
    [['hz', 'x', '--window', 'long'], /'long' is invalid/],
    [
      ['hz', 'x', '--window', '100ms'],
      /--window is 100 ms, expected 1 to 3600 times --interval, which is 1000 ms/,
    ],
    [['record', 'x'], /required option '-o, --output <file>' not specified/],
    [['record', '-o', 'x.mcap'], /missing required argument 'names'/],
    [['record', 'x', '-o', 'x.mcap', '--duration', 'long'], /'long' is invalid/],
    [['record', 'x', '-o', 'x.mcap', '--split-size', '10'], /'10' is invalid/],
    [['record', 'x', '-o', 'x.mcap', '--keep', '3'], /nothing splits the recording/],
    [['replay'], /missing required argument 'file'/],
    [['replay', 'nowhere'], /there is no file nowhere/],
    [['replay', 'x.mcap', '--speed', '0'], /'0' is invalid/],
    [['replay', 'x.mcap', '--from', 'noon'], /'noon' is invalid/],
    [['replay', 'x.mcap', '--role', 'auto'], /Allowed choices are master, slave, both/],
    [['replay', 'x.mcap', '--resend', '5'], /resend.* without .*ack/i],
    [['key'], /missing required argument 'names'/],
    [['key', ''], /name is empty/],
    [['top', '--interval', '1'], /'1' is invalid/],
    [['completion', 'tcsh'], /Allowed choices are bash, zsh, fish/],
  ];
  describe('what is not understood is one line and exit code 2:', () => {
    let outcomes: Outcome[];
    before(() => {
      outcomes = inOneProcess(wrong.map(([args]) => args));
    });

    it('also to the shell', () => {
      const { code, stdout, stderr } = eshm('stat', 'x', 'extra');
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, /^eshm: [^\n]*too many arguments[^\n]*\n$/);
    });

    for (const [number, [args, message]] of wrong.entries()) {
      it(`eshm ${args.join(' ')}`, () => {
        const { code, stdout, stderr } = outcomes[number]!;
        assert.deepEqual([code, stdout], [2, '']);
        assert.match(stderr, /^eshm: [^\n]*\n$/);
        assert.match(stderr, message);
      });
    }
  });

  it('stat of a name nobody created is one line with how to start a master, and exit code 1', () => {
    const { code, stdout, stderr } = eshm('stat', `nobody-${process.pid}`);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(
      stderr,
      /^eshm: [^\n]*nobody has created it, there is neither a segment under key 0x[0-9a-f]{8} nor a file \/dev\/shm\/eshm_[^\n]*; start a master first[^\n]*--role master`\n$/,
    );
  });

  it('rm of a name nobody created says that there is none, and does not tell how to make one', () => {
    const { code, stdout, stderr } = eshm('rm', `nobody-${process.pid}`);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(
      stderr,
      /^eshm: Cannot rm '(nobody-\d+)': there is neither a segment under key 0x[0-9a-f]{8} nor a file \/dev\/shm\/eshm_\1; see `eshm ls --all`\n$/,
    );
  });

  it('key shows decimal and hexadecimal keys, and warns of a collision', () => {
    const { code, stdout, stderr } = eshm('key', 'Aa', 'B@', 'eshm1');
    assert.equal(code, 0);
    assert.match(stdout, /^Aa +2242 0x000008c2$/m);
    assert.match(stdout, /^eshm1 +124027678 0x0764831e$/m);
    assert.match(stderr, /^eshm: collision: 'Aa' and 'B@' share key 0x000008c2.*\n$/);
    assert.equal(eshm('key', 'Aa', 'Aa').stderr, '');
    assert.deepEqual(JSON.parse(eshm('key', '--json', 'eshm1').stdout), [
      { name: 'eshm1', key: 124027678, hex: '0x0764831e' },
    ]);
  });

  it('doctor finds a collision among names: exit code 1', () => {
    const { code, stdout } = eshm('doctor', 'Aa', 'B@');
    assert.equal(code, 1);
    assert.match(stdout, /BAD +collisions +'Aa' and 'B@' share key 0x000008c2\n +-> rename/);
  });

  it('output that cannot be written is one line and exit code 1', () => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [ESHM, 'key', 'robot'], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(full);
    assert.deepEqual(
      [status, stderr],
      [1, 'eshm: Cannot write the output: ENOSPC: no space left on device, write\n'],
    );
  });

  it('bench runs the benchmark', () => {
    const { code, stdout, stderr } = eshm('bench', '--', '--help');
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^ {2}rtt-64-ts$/m);
  });

  it('completion for bash completes commands and options', () => {
    const script = eshm('completion', 'bash').stdout;
    const complete = (...words: string[]) => {
      const line = words.map((word) => `'${word}'`).join(' ');
      const program = `${script}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _eshm; echo "\${COMPREPLY[@]}"`;
      return spawnSync('bash', ['-c', program], { encoding: 'utf8' }).stdout.trim().split(' ');
    };
    assert.deepEqual(complete('eshm', 'st'), ['stat']);
    assert.deepEqual(complete('eshm', 'rm', '--d'), ['--dry-run']);
    assert.ok(complete('eshm', 'completion', 'f').includes('fish'));
  });

  for (const shell of ['zsh', 'fish']) {
    it(`completion for ${shell} names every command`, () => {
      const { stdout } = eshm('completion', shell);
      for (const command of commands) assert.match(stdout, new RegExp(`\\b${command}\\b`));
    });
  }
});
