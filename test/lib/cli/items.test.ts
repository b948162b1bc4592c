import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { argumentOf } from '../../../lib/cli/commands/call.js';
import { fromJson, toJson } from '../../../lib/cli/items/json.js';
import { itemFields, itemTable } from '../../../lib/cli/items/show.js';
import { Eshm } from '../../../lib/index.js';
import { answerCalls, fromObject, type Item, items } from '../../../lib/items/index.js';
import { requirePeers } from '../../peers/build.js';
import { cleanUp, uniqueName } from '../../peers/helpers.js';
import { PeerProcess } from '../../peers/peer-process.js';
import { vectors } from '../items/samples.js';
import { ESHM, STACK_TRACE } from './lab.js';

const codec = items();

/** Items as they come out of a message. */
const read = (given: Parameters<typeof codec.encode>[0]) => codec.decode(codec.encode(given));

/** Runs the command beside this process, which may be the other side; it does not say what it waits for. */
async function eshm(...args: string[]) {
  const env = { ...process.env, ESHM_QUIET: '1' };
  const child = spawn(process.execPath, [ESHM, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  const [code] = await once(child, 'close');
  assert.doesNotMatch(output.stderr, STACK_TRACE);
  return { code, ...output };
}

const ALL: readonly Item[] = [
  { type: 'integer', key: 'a', value: 2n ** 63n - 1n },
  { type: 'real', key: 'b', value: 21 },
  { type: 'real', key: 'c', value: Number.NEGATIVE_INFINITY },
  { type: 'boolean', key: 'd', value: true },
  { type: 'string', key: 'e\u202e', value: 'x\n"y"\u001b[2J' },
  { type: 'binary', key: 'f', value: Buffer.alloc(20, 7) },
  {
    type: 'event',
    key: 'g',
    value: { name: 'alarm', parameters: [{ type: 'integer', key: 'level', value: 3n }] },
  },
  { type: 'functionCall', key: 'h', value: { name: 'add', arguments: [1n, 2, Buffer.of(1)], result: 'ok' } },
  {
    type: 'imageFrame',
    key: 'i',
    value: { width: 2, height: 1, channels: 3, timestampNs: 5n, data: Buffer.alloc(6) },
  },
  { type: 77, key: 'j', bytes: Buffer.of(5, 0) },
];

describe('items on the command line', () => {
  it('become JSON and come back as they were', () => {
    for (const list of [
      ALL,
      ...vectors('cpp').map(({ items: one }) => one),
      ...vectors('python').map(({ items: one }) => one),
    ]) {
      const json = toJson(list);
      assert.doesNotMatch(json, /\n/);
      assert.deepEqual(read(fromJson(json)), read(list), json);
    }
  });

  it('an object has an integer for 42, and a real for 42.0 and 4.2e1', () => {
    const expected = fromObject({ a: 42n, b: 42, c: 42, d: -1n, e: '42', f: true, g: 9007199254740993n });
    assert.deepEqual(
      fromJson('{"a": 42, "b": 42.0, "c": 4.2e1, "d": -1, "e": "42", "f": true, "g": 9007199254740993}'),
      expected,
    );
    assert.deepEqual(fromJson('{"a\\"1, 2": "say \\"3\\" 4"}'), fromObject({ 'a"1, 2': 'say "3" 4' }));
  });

  it('arguments in JSON may have their type beside them, or not', () => {
    const [item] = fromJson(
      '[{"type":"functionCall","key":"k","value":{"name":"f","arguments":[1,1.0,"x",{"type":"real","value":1},{"type":"binary","value":[1,255]}]}}]',
    );
    assert.deepEqual(read([item!])[0], {
      type: 'functionCall',
      key: 'k',
      value: { name: 'f', arguments: [1n, 1, 'x', 1, Buffer.of(1, 255)] },
    });
  });

  it('says what is wrong with JSON that is no items', () => {
    for (const [json, message] of [
      ['{', /^Cannot read items: .*, expected JSON$/],
      ['5', /expected an object, or a list of items/],
      ['null', /expected an object, or a list of items/],
      ['{"a": null}', /'a' is null/],
      ['{"a": {"b": 1}}', /'a' is of class Object/],
      ['[5]', /item 0 is of type bigint, expected an object with type, key, value/],
      ['[{"type": "event", "key": "k"}]', /item 0 is of type undefined, expected an object with name/],
      ['[{"type": "event", "key": "k", "value": null}]', /item 0 is null, expected an object with name/],
      [
        '[{"type": "event", "key": "k", "value": {"name": "e", "parameters": 5}}]',
        /the parameters of item 0/,
      ],
      ['[{"type": "functionCall", "key": "k", "value": {"name": "e"}}]', /the arguments of item 0/],
      ['[{"type": "imageFrame", "key": "k", "value": {}}]', /data of item 0/],
      ['[{"type": "binary", "key": "k", "value": [256]}]', /item 0 is of class Array, expected a Uint8Array/],
      ['[{"type": "integer", "key": "k", "value": 1.5}]', /item 0 is 1.5/],
      ['[{"type": 9, "key": "k"}]', /item 0 is of type undefined, expected a Uint8Array as its bytes/],
    ] as const) {
      assert.throws(
        () => codec.encode(fromJson(json)),
        (error: Error) => {
          assert.match(error.message, message, json);
          return error instanceof TypeError || error instanceof RangeError;
        },
      );
    }
  });

  it('are shown with their types to be seen, and nothing that drives a terminal', () => {
    assert.deepEqual(itemFields(codec.encode(ALL)), [
      'a=9223372036854775807',
      'b=21.0',
      'c=-Infinity',
      'd=true',
      'e\\u{202e}="x\\n\\"y\\"\\u001b[2J"',
      `f=${'07'.repeat(16)}... (20 bytes)`,
      'g=alarm(level=3)',
      'h=add(1, 2.0, 01) -> "ok"',
      'i=2x1x3 at 5 ns, 6 bytes',
      'j=0500',
    ]);
    assert.deepEqual(itemTable(ALL.slice(0, 2), 80), [
      'KEY TYPE    VALUE',
      'a   integer 9223372036854775807',
      'b   real    21.0',
    ]);
    assert.deepEqual(itemFields(codec.encode([])), ['(no items)']);
    for (const none of ['', '0 is a digit', 'Pose', 'pose'])
      assert.equal(itemFields(Buffer.from(none)), undefined);
  });

  it('words of eshm call are what they look like', () => {
    assert.deepEqual(
      [
        '1',
        '-2',
        '1.0',
        '.5',
        '1e3',
        'true',
        'false',
        'fast',
        '',
        '-',
        '0x10',
        '1.2.3',
        '99999999999999999999',
      ].map(argumentOf),
      [1n, -2n, 1, 0.5, 1000, true, false, 'fast', '', '-', '0x10', '1.2.3', 99999999999999999999n],
    );
  });

  it('refuses options that do not go together', () => {
    for (const args of [
      ['send', 'x', '--items', '--raw'],
      ['send', 'x', '--items', '--nul'],
      ['send', 'x', '--items', '--as', 'a.mjs#B'],
      ['recv', 'x', '--items', '--raw'],
      ['recv', 'x', '--items', '--as', 'a.mjs#B'],
      ['send', 'x', '--dialect', 'rust'],
      ['call', 'x'],
    ]) {
      const { status, stderr } = spawnSync(process.execPath, [ESHM, ...args], { encoding: 'utf8' });
      assert.equal(status, 2, `${args}: ${stderr}`);
    }
    const { status, stderr } = spawnSync(process.execPath, [ESHM, 'send', 'x', '--items', '{"a": null}'], {
      encoding: 'utf8',
    });
    assert.equal(status, 2, stderr);
    assert.match(stderr, /^eshm: Cannot make items: 'a' is null/);
  });

  it('eshm send --items writes them, in any dialect; eshm recv --items prints them', async () => {
    const name = uniqueName('items-cli');
    const object = '{"counter": 42, "temperature": 21.0, "status": "OK"}';
    for (const [args, bytes] of [
      [[], codec],
      [['--dialect', 'c++'], items({ dialect: 'c++' })],
    ] as const) {
      using master = Eshm.open(name, { role: 'master', staleThresholdMs: 5000 });
      const sending = eshm('send', name, '--items', object, ...args, '--role', 'slave', '--ack');
      const message = await master.read({ timeoutMs: 60_000 });
      assert.deepEqual(
        message,
        Buffer.from(bytes.encode(fromObject({ counter: 42n, temperature: 21, status: 'OK' }))),
      );
      assert.deepEqual(await sending, { code: 0, stdout: '', stderr: '' });
    }
    using master = Eshm.open(name, { role: 'master', codec, staleThresholdMs: 5000 });
    for (const [args, expected] of [
      [[], 'KEY     TYPE    VALUE\ncounter integer 42\nratio   real    0.5\n\n'],
      [
        ['--json'],
        '[{"type":"integer","key":"counter","value":42},{"type":"real","key":"ratio","value":0.5}]\n',
      ],
    ] as const) {
      const receiving = eshm('recv', name, '--items', ...args, '--count', '1', '--timeout', '60000');
      await master.send(fromObject({ counter: 42n, ratio: 0.5 }), { timeoutMs: 60_000, resendMs: 20 });
      const { code, stdout, stderr } = await receiving;
      assert.deepEqual({ code, stdout }, { code: 0, stdout: expected });
      // What was repeated while it looked is overwritten.
      assert.match(stderr, /^(eshm: \d+ messages? overwritten before (it was|they were) read; .*\n)?$/);
    }
  });

  it('eshm stat and top show them decoded', async () => {
    const name = uniqueName('items-cli');
    using master = Eshm.open(name, { role: 'master', codec });
    master.write(ALL);
    const stat = await eshm('stat', name, '--interval', '10');
    assert.match(stat.stdout, /^ {2}a=9223372036854775807\n {2}b=21\.0$/m);
    const json = await eshm('stat', name, '--interval', '10', '--json');
    assert.deepEqual(JSON.parse(json.stdout).masterToSlave.items, JSON.parse(toJson(ALL)));
    const top = await eshm('top', name, '--count', '1');
    assert.ok(top.stdout.includes(`  ${name} M>S a=9223372036854775807 b=21.0 `), top.stdout);
  });

  it('eshm call prints the result, and ends with 1 where that is an error', async () => {
    const name = uniqueName('items-cli');
    using master = Eshm.open(name, { role: 'master', codec, staleThresholdMs: 5000 });
    const ended = new AbortController();
    const answering = answerCalls(
      master,
      {
        add: (a: bigint, b: bigint) => a + b,
        half: (x: number) => x / 2,
        hello: (who: string) => `hello ${who}`,
      },
      { signal: ended.signal },
    );
    const timeout = ['--timeout', '60000'];
    for (const [args, code, stdout, stderr] of [
      [['add', '-1', '4'], 0, '3\n', /^$/],
      [['half', '5.0'], 0, '2.5\n', /^$/],
      [['half', '4.0'], 0, '2.0\n', /^$/],
      [['half', '4.0', '--json'], 0, '2\n', /^$/],
      [['hello', 'you'], 0, 'hello you\n', /^$/],
      [['hello', 'you', '--json'], 0, '"hello you"\n', /^$/],
      [['jump'], 1, '', /^eshm: Cannot call 'jump' on '.*': Function not found: jump\n$/],
    ] as const) {
      const outcome = await eshm('call', name, ...timeout, ...args);
      assert.deepEqual([outcome.code, outcome.stdout], [code, stdout], outcome.stderr);
      assert.match(outcome.stderr, stderr);
    }
    ended.abort();
    await answering;
    const late = await eshm('call', name, '--timeout', '300', 'add', '1', '2');
    assert.equal(late.code, 1);
    assert.match(late.stderr, /^eshm: Cannot call 'add' on '.*': no result within 300 ms; it was not read/);
  });

  it('eshm call calls a C++ program', async function () {
    const peers = await requirePeers(this as unknown as Mocha.Context, ['c++']);
    const name = uniqueName('items-cli');
    const peer = PeerProcess.start(peers, 'c++');
    try {
      await peer.open('master', name, 'threshold=5000');
      const answering = peer.command('items-answer c++ 1 60000');
      const { code, stdout, stderr } = await eshm(
        'call',
        name,
        'add',
        '40',
        '2',
        '--resend',
        '50',
        '--timeout',
        '60000',
      );
      assert.deepEqual([code, stdout], [0, '42\n'], stderr);
      await answering;
    } finally {
      await cleanUp();
    }
  });
});
