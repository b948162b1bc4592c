import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Eshm, type EshmError } from '../../../lib/index.js';
import {
  array,
  enumeration,
  f32,
  f64,
  type LiveOf,
  record,
  text,
  u8,
  u32,
  u64,
} from '../../../lib/record/index.js';
import { assertNothingLeft, thrownBy, uniqueName } from '../../support/channels.js';

const Pose = record('Pose', { seq: u64, x: f64, y: f64, q: array(f32, 4), frame: text(8) });
const Command = record('Command', { id: u32, speed: f64 });
const POSE = { seq: 1n, x: 0, y: 0, q: [0, 0, 0, 1], frame: 'map' };
const NOTHING = { seq: 0n, x: 0, y: 0, q: [0, 0, 0, 0], frame: '' };

function pair() {
  const name = uniqueName('record');
  const master = Eshm.open(name, { role: 'master', record: { out: Pose, in: Command } });
  const slave = Eshm.open(name, { role: 'slave', record: { out: Command, in: Pose } });
  return { master, slave };
}

describe('An endpoint with records', () => {
  let master: ReturnType<typeof pair>['master'];
  let slave: ReturnType<typeof pair>['slave'];
  beforeEach(() => {
    ({ master, slave } = pair());
  });
  afterEach(() => {
    slave.close();
    master.close();
    assertNothingLeft();
  });

  describe('update()', () => {
    it('publishes the whole record, which keeps its values', () => {
      master.update((pose) => {
        pose.x = 1.5;
        pose.seq += 1n;
        pose.q[3] = 1;
        pose.frame = 'map';
      });
      assert.deepEqual(slave.tryRead(), { ...POSE, x: 1.5 });
      master.update((pose) => {
        pose.y = 2;
        pose.q.set([1, 2, 3, 4]);
      });
      assert.deepEqual(slave.tryRead(), { ...POSE, x: 1.5, y: 2, q: [1, 2, 3, 4] });
    });

    for (const shm of ['system-v', 'posix'] as const) {
      it(`keeps the values of a master that goes to its slave in ${shm}`, () => {
        const name = uniqueName('record-places');
        using waiting = Eshm.open(name, { role: 'master', record: { out: Pose } });
        waiting.update((pose) => {
          pose.x = 1.5;
        });
        using come = Eshm.open(name, { role: 'slave', shm, record: { in: Pose } });
        waiting.update((pose) => {
          pose.y = 2;
        });
        assert.deepEqual([waiting.shm, come.tryRead()], [shm, { ...NOTHING, x: 1.5, y: 2 }]);
      });
    }

    it('goes on from what write() has set', () => {
      master.write(POSE);
      master.update((pose) => {
        pose.seq += 1n;
      });
      assert.deepEqual(slave.tryRead(), { ...POSE, seq: 2n });
    });

    for (const [when, prepare] of [
      ['first', () => {}],
      [
        'after another',
        () =>
          master.update((pose) => {
            pose.seq = 5n;
          }),
      ],
      ['after a write', () => master.write({ ...POSE, seq: 5n })],
    ] as const) {
      it(`a fill that throws publishes nothing and leaves the fields as they were: ${when}`, () => {
        prepare();
        const before = slave.tryRead() ?? NOTHING;
        const { m2sWriteCount } = master.stats();
        const error = thrownBy(() =>
          master.update((pose) => {
            pose.seq = 77n;
            pose.frame = 'lost';
            throw new Error('mine');
          }),
        );
        assert.equal(error.message, 'mine');
        assert.equal(master.stats().m2sWriteCount, m2sWriteCount);
        assert.equal(slave.tryRead(), undefined);
        master.update((pose) => {
          pose.x = 3;
        });
        assert.deepEqual(slave.tryRead(), { ...before, x: 3 });
      });
    }

    it('a wrong value is told with record and field, and nothing is published', () => {
      const set = (act: (pose: { x: unknown; seq: unknown; q: unknown[] }) => void) =>
        `${thrownBy(() => master.update(act as never))}`;
      assert.match(
        set((pose) => {
          pose.x = '1';
        }),
        /^TypeError: Cannot set Pose\.x for 'test-record-.*': value is of type string/,
      );
      assert.match(
        set((pose) => {
          pose.seq = -1n;
        }),
        /^RangeError: Cannot set Pose\.seq for 'test-record-.*': value is -1/,
      );
      assert.match(
        set((pose) => {
          pose.q[1] = 'a';
        }),
        /^TypeError: Cannot set Pose\.q\[1\]/,
      );
      assert.match(
        set((pose) => {
          pose.q[4] = 1;
        }),
        /^RangeError: Cannot find an element of Pose\.q for 'test-record-.*': index is 4/,
      );
      assert.equal(master.stats().m2sWriteCount, 0n);
    });

    it('a field that there is not is told with record and fields, and nothing is published', () => {
      assert.throws(
        () =>
          master.update((pose) => {
            pose.x = 3;
            (pose as unknown as { X: number }).X = 3;
          }),
        {
          name: 'TypeError',
          message:
            /^Cannot set Pose\.X for 'test-record-.*': Pose has no such field, expected one of .*\bx, /,
        },
      );
      assert.equal(master.stats().m2sWriteCount, 0n);
      master.update((pose) => assert.deepEqual([pose.x, Object.keys(pose)], [0, []]));
    });

    it('refuses a promise, and publishes nothing', async () => {
      const unhandled: unknown[] = [];
      const note = (reason: unknown) => unhandled.push(reason);
      process.on('unhandledRejection', note);
      const error = thrownBy(() =>
        master.update((async (pose: LiveOf<typeof Pose>) => {
          pose.x = 1;
          await null;
          pose.seq + 1n; // the accessor is dead by now
        }) as never),
      );
      assert.match(`${error}`, /^TypeError: Cannot update: the callback returned a promise/);
      assert.equal(master.stats().m2sWriteCount, 0n);
      await new Promise((resolve) => setTimeout(resolve, 10));
      process.off('unhandledRejection', note);
      assert.deepEqual(unhandled, []);
    });

    it('refuses an update, a view and a write within an update', () => {
      for (const act of [
        () => master.update(() => {}),
        () => master.view(() => 1),
        () => master.write(POSE),
      ]) {
        const error = thrownBy<EshmError>(() => master.update(act));
        assert.equal(error.code, 'ESHM_INVALID_PARAM');
        assert.match(error.message, /an update\(\) or view\(\) of this endpoint is under way/);
      }
      assert.equal(master.stats().m2sWriteCount, 0n);
      // Another endpoint's is another matter.
      master.update(() =>
        slave.update((command) => {
          command.id = 1;
        }),
      );
      assert.deepEqual(master.tryRead(), { id: 1, speed: 0 });
    });

    it('is ESHM_CLOSED on a closed endpoint, also one that its fill closes', () => {
      slave.close();
      assert.equal(thrownBy<EshmError>(() => slave.update(() => assert.fail('called'))).code, 'ESHM_CLOSED');
      assert.equal(thrownBy<EshmError>(() => master.update(() => master.close())).code, 'ESHM_CLOSED');
    });
  });

  describe('view()', () => {
    it('gives what look returned, once', () => {
      assert.equal(
        slave.view(() => assert.fail('looked')),
        undefined,
      );
      master.write({ ...POSE, x: 3, y: 4 });
      assert.equal(
        slave.view((pose) => Math.hypot(pose.x, pose.y)),
        5,
      );
      assert.equal(
        slave.view((pose) => pose.x),
        undefined,
      );
      assert.equal(slave.stats().m2sReadCount, 1n);
    });

    it('has text, arrays and their elements', () => {
      master.write({ ...POSE, q: [1, 2, 3, 4] });
      const seen = slave.view((pose) => [
        pose.frame,
        pose.q[1],
        pose.q.at(2),
        [...pose.q],
        pose.q.length,
        pose.q[9],
      ]);
      assert.deepEqual(seen, ['map', 2, 3, [1, 2, 3, 4], 4, undefined]);
    });

    it('accessors are dead afterwards: ESHM_CLOSED, not memory', () => {
      master.write(POSE);
      const kept = slave.view((pose) => ({ pose, q: pose.q }))!;
      for (const use of [
        () => kept.pose.x,
        () => kept.pose.frame,
        () => kept.q[0],
        () => [...kept.q],
        () => kept.q.copy(),
      ]) {
        const error = thrownBy<EshmError>(use);
        assert.equal(error.code, 'ESHM_CLOSED');
        assert.match(error.message, /accessor of Pose: its callback has returned/);
      }
    });

    it('cannot set anything: what is there is another’s', () => {
      master.write(POSE);
      for (const set of [
        (pose: never) => Object.assign(pose, { x: 1 }),
        (pose: { q: number[] }) => {
          pose.q[0] = 1;
        },
      ]) {
        assert.match(
          `${thrownBy(() => slave.view(set as never))}`,
          /^TypeError: Cannot set Pose\..*: view\(\) only looks/,
        );
      }
      assert.deepEqual(slave.tryRead(), POSE);
    });

    it('a look that throws or returns a promise counts nothing', () => {
      master.write(POSE);
      assert.throws(
        () =>
          slave.view(() => {
            throw new Error('mine');
          }),
        /mine/,
      );
      assert.match(
        `${thrownBy(() => slave.view((async () => 1) as never))}`,
        /^TypeError: Cannot view: the callback returned a promise/,
      );
      assert.equal(slave.stats().m2sReadCount, 0n);
      assert.deepEqual(slave.tryRead(), POSE);
    });

    it('refuses a view, an update and a write within a view', () => {
      master.write(POSE);
      for (const act of [
        () => slave.view(() => 1),
        () => slave.update(() => {}),
        () => slave.write({ id: 1, speed: 1 }),
      ]) {
        assert.equal(thrownBy<EshmError>(() => slave.view(act)).code, 'ESHM_INVALID_PARAM');
      }
      assert.equal(slave.stats().s2mWriteCount, 0n);
    });

    it('a look within a look at the same record, of another endpoint, has accessors of its own', () => {
      const name = uniqueName('record');
      const writer = Eshm.open(name, { role: 'master', record: Pose });
      const reader = Eshm.open(name, { role: 'slave', record: Pose });
      try {
        writer.write({ ...POSE, x: 1 });
        master.write({ ...POSE, x: 2 });
        const seen = slave.view((outer) => [outer.x, reader.view((inner) => [inner.x, outer.x]), outer.x]);
        assert.deepEqual(seen, [2, [1, 2], 2]);
      } finally {
        reader.close();
        writer.close();
      }
    });

    it('an endpoint that is closed leaves nothing behind in the record of the next, nor reaches into it', () => {
      const open = () => Eshm.open(uniqueName('record'), { role: 'master', record: { out: Pose } });
      const before = open();
      before.write({ ...POSE, x: 9 });
      before.close();
      const after = open();
      try {
        assert.equal(thrownBy<EshmError>(() => before.write({ ...POSE, y: 9 })).code, 'ESHM_CLOSED');
        after.update((pose) => {
          assert.deepEqual([pose.x, pose.y, pose.frame], [0, 0, '']);
        });
      } finally {
        after.close();
      }
    });

    it('tells of missed messages as a read does', async () => {
      master.write(POSE);
      master.write(POSE);
      const missed = once(slave, 'missed');
      slave.view((pose) => pose.x);
      assert.equal(slave.missed, 1);
      assert.deepEqual(await missed, [1]);
    });
  });

  it('reads of every kind give snapshots', async () => {
    master.write(POSE);
    assert.deepEqual(slave.peek(), POSE);
    assert.deepEqual(slave.readSync(), POSE);
    master.tryWrite({ ...POSE, x: 1 });
    assert.equal((await slave.read()).x, 1);
    master.write({ ...POSE, x: 2 });
    for await (const pose of slave) {
      assert.equal(pose.x, 2);
      break;
    }
    master.write({ ...POSE, x: 3 });
    for await (const { data, count } of slave.messages()) {
      assert.deepEqual([data.x, count], [3, 4]);
      break;
    }
  });

  it('sends take values, and so do streams', async () => {
    const reading = slave.read({ timeoutMs: 5000 });
    await master.send({ ...POSE, x: 9 }, { timeoutMs: 5000 });
    assert.equal((await reading).x, 9);
    const next = slave.read({ timeoutMs: 5000 });
    const stream = master.writable();
    stream.write({ ...POSE, x: 10 });
    assert.equal((await next).x, 10);
    stream.destroy();
    assert.match(
      `${await master.send({ ...POSE, x: 'a' } as never).catch(String)}`,
      /Cannot set Pose\.x for 'test-/,
    );
  });

  it('takes the record’s bytes, and no others', () => {
    master.write(Pose.encode(POSE));
    assert.deepEqual(slave.tryRead(), POSE);
    assert.match(
      `${thrownBy(() => master.write(new Uint8Array(5)))}`,
      /^RangeError: Cannot write Pose for 'test-record-.*': data has 5 bytes, expected 48/,
    );
    assert.match(
      `${thrownBy(() => master.write('text' as never))}`,
      /^TypeError: Cannot set Pose for 'test-record-.*': value is of type string/,
    );
    const { y: _, ...others } = POSE;
    assert.match(
      `${thrownBy(() => master.write(others as never))}`,
      /^TypeError: Cannot set Pose\.y for 'test-record-.*': it is missing/,
    );
    const wider = { ...POSE, X: 1 };
    assert.match(
      `${thrownBy(() => master.write(wider))}`,
      /^TypeError: Cannot set Pose\.X for 'test-record-.*': Pose has no such field, expected one of .*\bx, /,
    );
    master.update((pose) => assert.equal(pose.x, POSE.x));
    assert.deepEqual(slave.tryRead(), POSE);
    assert.equal(master.stats().m2sWriteCount, 2n);
  });

  it('a message of another size is ESHM_CORRUPT, counted and told; the next is read', async () => {
    const bare = Eshm.open(slave.name, { role: 'slave', force: true });
    bare.close();
    const name = uniqueName('record');
    const writer = Eshm.open(name, { role: 'master' });
    const reader = Eshm.open(name, { role: 'slave', record: { in: Command } });
    try {
      writer.write('bytes');
      const told = once(reader, 'corrupt');
      const error = thrownBy<EshmError>(() => reader.view((command) => command.id));
      assert.equal(error.code, 'ESHM_CORRUPT');
      assert.match(
        error.message,
        new RegExp(`^Cannot read Command from '${name}': the message has 5 bytes, expected 16`),
      );
      assert.deepEqual(await told, [error]);
      writer.write('bytes');
      assert.equal(thrownBy<EshmError>(() => reader.tryRead()).code, 'ESHM_CORRUPT');
      assert.equal(reader.stats().corrupt, 2);
      writer.write(Command.encode({ id: 7, speed: 0 }));
      assert.equal(
        reader.view((command) => command.id),
        7,
      );
      reader.write('text goes the other way');
      assert.equal(`${writer.tryRead()}`, 'text goes the other way');
    } finally {
      reader.close();
      writer.close();
    }
  });

  it('open() refuses a record that is too large, or none, and what does not go together', () => {
    const open = (options: object) => `${thrownBy(() => Eshm.open(uniqueName('record'), options))}`;
    assert.match(
      open({ record: Pose, maxDataSize: 40 }),
      /^RangeError: Cannot open: record Pose has 48 bytes, expected 40 at most/,
    );
    assert.match(
      open({ record: { out: 5 } }),
      /^TypeError: Cannot open: record\.out is of type number, expected a record/,
    );
    assert.match(open({ record: {} }), /^TypeError: Cannot open: record has neither/);
    assert.match(open({ record: u8 }), /^TypeError: Cannot open: record has a 'type'/);
    assert.match(open({ record: Pose, encoding: 'utf8' }), /^RangeError: Cannot open: encoding is 'utf8'/);
  });

  it('update and view need a record', () => {
    const name = uniqueName('record');
    const bare = Eshm.open(name, { role: 'master' });
    try {
      assert.match(
        `${thrownBy(() => bare.update(() => {}))}`,
        /^TypeError: Cannot update: the endpoint has no record/,
      );
      assert.match(
        `${thrownBy(() => bare.view(() => 1))}`,
        /^TypeError: Cannot view: the endpoint has no record/,
      );
    } finally {
      bare.close();
    }
  });

  it('a number without a name goes through both ways', () => {
    const State = record('State', { mode: enumeration(u8, { idle: 0 }) });
    const name = uniqueName('record');
    const writer = Eshm.open(name, { role: 'master', record: State });
    const reader = Eshm.open(name, { role: 'slave', record: State });
    try {
      writer.write(Uint8Array.of(4));
      assert.equal(
        reader.view((state) => state.mode),
        4,
      );
      writer.update((state) => {
        state.mode = 5;
      });
      assert.deepEqual(reader.tryRead(), { mode: 5 });
    } finally {
      reader.close();
      writer.close();
    }
  });

  it('update() and write() publish nothing that a reader refuses, and say which field it is', () => {
    const Inner = record('Inner', {
      gear: enumeration(u8, { park: 1, drive: 2 }, { closed: true }),
      name: text(2, { invalid: 'refuse' }),
    });
    const State = record('State', { a: u32, all: array(Inner, 2) });
    const name = uniqueName('record');
    const writer = Eshm.open(name, { role: 'master', record: State });
    const reader = Eshm.open(name, { role: 'slave', record: State });
    const set = () =>
      writer.update((state) => {
        state.a = 7;
        for (const inner of state.all) inner.gear = 'drive';
      });
    try {
      const error = thrownBy(() =>
        writer.update((state) => {
          state.a = 5;
          state.all[0]!.gear = 'park';
        }),
      );
      assert.match(
        `${error}`,
        /^RangeError: Cannot update State\.all\[1\]\.gear for '.*': value is 0, expected one of park \(1\), drive \(2\); our own/,
      );
      assert.equal(reader.tryRead(), undefined);
      set();
      assert.equal(reader.tryRead()!.a, 7);
      const bytes = (...inner: number[]) => Uint8Array.of(1, 0, 0, 0, 1, 0x61, 0x62, ...inner, 0, 0);
      for (const [bad, expected] of [
        [bytes(9, 0, 0), /Cannot write State\.all\[1\]\.gear for '.*': value is 9/],
        [bytes(1, 0x61, 0xff), /Cannot write State\.all\[1\]\.name for '.*': its bytes are no UTF-8/],
      ] as const) {
        assert.match(`${thrownBy(() => writer.write(bad))}`, expected);
        assert.equal(reader.tryRead(), undefined);
      }
      writer.update((state) => {
        assert.equal(state.a, 7);
      });
      assert.equal(reader.tryRead()!.a, 7);
      writer.write(bytes(2, 0x61, 0x62));
      assert.deepEqual(reader.tryRead()!.all[1], { gear: 'drive', name: 'ab' });
    } finally {
      reader.close();
      writer.close();
    }
  });

  it('a closed enumeration’s number without a name is the message’s fault', () => {
    const State = record('State', { mode: enumeration(u8, { idle: 0 }, { closed: true }) });
    const name = uniqueName('record');
    const writer = Eshm.open(name, { role: 'master' });
    const reader = Eshm.open(name, { role: 'slave', record: { in: State } });
    try {
      writer.write(Uint8Array.of(4));
      assert.equal(thrownBy<EshmError>(() => reader.view((state) => state.mode)).code, 'ESHM_CORRUPT');
      assert.equal(thrownBy<EshmError>(() => reader.tryRead()).code, 'ESHM_CORRUPT');
    } finally {
      reader.close();
      writer.close();
    }
  });
});
