/** What is thrown to who awaits says where that was. */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { fail } from '../../../lib/async/rejection.js';
import { Eshm, EshmError } from '../../../lib/index.js';
import { assertNothingLeft, uniqueName } from '../../support/channels.js';

async function errorOf(promise: Promise<unknown>): Promise<EshmError> {
  return promise.then(
    () => assert.fail('it succeeded'),
    (error) => error,
  );
}

describe('an error of what is awaited', () => {
  let name: string;
  let master: Eshm;
  let slave: Eshm;

  beforeEach(() => {
    name = uniqueName('rejection');
    master = Eshm.open(name, { role: 'master' });
    slave = Eshm.open(name, { role: 'slave' });
  });
  afterEach(() => {
    slave.close();
    master.close();
    assertNothingLeft();
  });

  // Async functions of a name each: they are what the stack has to name.
  const calls: Record<string, () => Promise<unknown>> = {
    async read() {
      async function readsPose() {
        await slave.read({ timeoutMs: 20 });
      }
      await readsPose();
    },
    async 'read of an endpoint that is closed meanwhile'() {
      setImmediate(() => slave.close());
      async function readsPose() {
        await slave.read({ timeoutMs: 60_000 });
      }
      await readsPose();
    },
    async send() {
      async function sendsCommand() {
        await master.send('go', { timeoutMs: 20 });
      }
      await sendsCommand();
    },
    async 'send in the queue'() {
      const first = master.send('go', { timeoutMs: 500 });
      first.catch(() => {});
      async function sendsCommand() {
        await master.send('on', { timeoutMs: 20 });
      }
      try {
        await sendsCommand();
      } finally {
        await errorOf(first);
      }
    },
    async connect() {
      async function connects() {
        await Eshm.connect(`${name}-nobody`, { timeoutMs: 20 });
      }
      await connects();
    },
  };
  for (const [what, call] of Object.entries(calls)) {
    it(`has the calls that waited in its stack, ${what}`, async () => {
      const { stack } = await errorOf(call());
      const lines = stack!.split('\n').filter((line) => line.includes('rejection.test'));
      assert.match(`${lines[0]}`, /^ {4}at async (readsPose|sendsCommand|connects) \(/, stack);
      assert.match(`${lines[1]}`, /^ {4}at async /, stack);
    });
  }

  it('is told of once, however often it is thrown', async () => {
    const error = new EshmError('ESHM_TIMEOUT');
    const again = () => new Promise((resolve, reject) => fail(error, resolve, reject));
    async function waits() {
      await again();
    }
    await errorOf(waits());
    const { stack } = error;
    assert.match(stack!, /at async waits/);
    assert.equal(await errorOf(waits()), error);
    assert.equal(error.stack, stack);
  });

  it('is left as it is where it is none of this package', async () => {
    const error = new Error('mine');
    const { stack } = error;
    const waiting = new Promise((resolve, reject) => fail(error, resolve, reject));
    assert.equal(await errorOf(waiting), error);
    assert.equal(error.stack, stack);
  });

  it('of a connect has one cause, and one stack', async () => {
    for (const shm of ['auto', 'system-v', 'posix'] as const) {
      const error = await errorOf(Eshm.connect(`${name}-nobody`, { timeoutMs: 0, shm }));
      const printed = inspect(error);
      assert.equal(printed.match(/\[cause\]/g)?.length, 1, printed);
      const [, cause] = printed.split('[cause]: ');
      assert.doesNotMatch(cause!, /^ *at /m, printed);
      assert.match(cause!, /code: 'ESHM_SHM_ATTACH'/);
      assert.equal((error.cause as EshmError).errnoName, 'ENOENT');
    }
  });
});
