/** Random interleavings of writers that work, die and are started again, ours and the original's, with a reader. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EshmError } from '../../../lib/errors.js';
import { size } from '../../support/sizes.js';
import { AT, beforeEachLoad, beforeEachStore, duringEachCopy, Mailbox } from './fixture.js';

type Kind = 'ours' | 'original';

/** Message `id`, checkable from itself: the id in four bytes, then bytes and a size that follow from it. */
function message(id: number): Buffer {
  const size = [4, 9, 64, 150, 700][id % 5]!;
  const bytes = Buffer.alloc(size, id & 255);
  bytes.writeUInt32LE(id);
  return bytes;
}

/** The id of a whole message; fails the test for anything else. */
function idOf(bytes: Buffer): number {
  assert.ok(bytes.length >= 4, `a message of ${bytes.length} bytes was never written`);
  const id = bytes.readUInt32LE();
  assert.ok(bytes.equals(message(id)), `torn: ${bytes.length} bytes that begin as message ${id}`);
  return id;
}

/** Ends a start after some of its stores. */
class Died extends Error {}

/** The clocks that a reader could look at: they go on by what a test lets go by, and by nothing else. */
const clock = (() => {
  const [performanceNow, dateNow, hrtime] = [performance.now, Date.now, process.hrtime.bigint];
  let nowMs = 0;
  return {
    pass: (ms: number) => {
      nowMs += ms;
    },
    take: () => {
      performance.now = () => nowMs;
      Date.now = () => nowMs;
      process.hrtime.bigint = () => BigInt(nowMs) * 1_000_000n;
    },
    giveBack: () => {
      performance.now = performanceNow;
      Date.now = dateNow;
      process.hrtime.bigint = hrtime;
    },
  };
})();

/** A writer process, one store at a time (PROTOCOL.md section 3). */
class Writer {
  readonly #box: Mailbox;
  readonly #kind: Kind;
  readonly #nextId: () => number;
  #isDead = false;
  #step = 0;
  #data: Buffer = Buffer.alloc(0);

  /**
   * @param meanwhile - what others do between any two stores of the start
   * @param stores - how many stores of its repair it lives to make
   */
  constructor(
    box: Mailbox,
    kind: Kind,
    nextId: () => number,
    meanwhile: () => void,
    stores = Number.POSITIVE_INFINITY,
  ) {
    this.#box = box;
    this.#kind = kind;
    this.#nextId = nextId;
    box.startMaster();
    if (kind === 'original') return;
    // Ours shows itself, as the original does, and then repairs its channel.
    let left = stores;
    try {
      beforeEachStore(
        () => {
          meanwhile();
          if (left-- === 0) throw new Died();
        },
        () => box.writer(),
      );
    } catch (error) {
      if (!(error instanceof Died)) throw error;
      this.die();
    }
    meanwhile();
  }

  get atRest(): boolean {
    return this.#step === 0;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  die(): void {
    this.#isDead = true;
  }

  step(): void {
    if (this.#isDead) return;
    const box = this.#box;
    switch (this.#step++) {
      case 0:
        this.#data = message(this.#nextId());
        box.sequence += 1;
        return;
      case 1:
        this.#data.copy(box.bytes, AT.data, 0, this.#data.length >>> 1);
        return;
      case 2:
        this.#data.copy(box.bytes, AT.data);
        return;
      case 3:
        box.dataSize = this.#data.length;
        return;
      case 4:
        box.sequence += 1;
        return;
      default:
        box.writeCount += 1n;
        this.#step = 0;
    }
  }

  /** Time goes by: the heart of a living writer beats, also where it stands still in the middle of a write. */
  pass(ms: number): void {
    if (!this.#isDead) this.#box.beat(ms);
  }

  toString(): string {
    return this.#kind;
  }
}

/** What happens between two loads of a look: so many steps of the writer, or its death and the start of another. */
type Event = number | { readonly kind: Kind; readonly stores: number };

/** Stores of its repair that a writer of ours lives to make: mostly all. */
const stores = fc.oneof({ weight: 2, arbitrary: fc.constant(9) }, { weight: 1, arbitrary: fc.nat(3) });
const kinds = fc.constantFrom<Kind>('ours', 'original');
const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.nat(9) },
    { weight: 1, arbitrary: fc.record({ kind: kinds, stores }) },
  ) as fc.Arbitrary<Event>,
  { maxLength: 12 },
);
const action = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('write' as const), steps: fc.nat(13) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('look' as const), between: steps }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.nat(150) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('restart' as const),
      kind: kinds,
      buried: fc.boolean(),
      stores,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('die' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('bury' as const), between: steps }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('reopen' as const), from: steps, between: steps, to: steps }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('move' as const),
      generation: fc.nat(4),
      events: steps,
    }),
  },
);

interface Start {
  /** Messages written before, of which `sequence` is twice the number. */
  readonly count: number;
  readonly reads: 'tryRead' | 'tryReadInto';
  readonly first: Kind;
  /** How far `sequence` is beyond that, at rest, from deaths before. */
  readonly drift?: number;
}

type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

/** One mailbox, one reader, and one writer at a time. */
class World {
  readonly box = new Mailbox();
  #reader;
  readonly #into: boolean;
  /** Whether the reader's one thread is at work: it makes no second look in the middle of one. */
  #isLooking = false;
  /** The newest message that was written to its end. */
  #counted = 0;
  #writer: Writer;
  #nextId = 1;
  #delivered = 0;
  #sinceRestartMs = Number.NEGATIVE_INFINITY;

  constructor({ count, reads, first, drift = 0 }: Start) {
    this.#into = reads === 'tryReadInto';
    this.box.writeCount = BigInt(count);
    this.box.sequence = 2 * count + drift;
    this.#reader = this.box.reader();
    this.#writer = this.#start(first);
  }

  get delivered(): number {
    return this.#delivered;
  }

  act(action: Action): void {
    switch (action.do) {
      case 'write':
        this.write(action.steps);
        return;
      case 'pass':
        this.pass(action.ms);
        return;
      case 'restart':
        if (action.buried) this.bury();
        this.#restart(action.kind, action.stores);
        return;
      case 'die':
        this.#writer.die();
        return;
      case 'bury':
        this.buryLate(action.between);
        return;
      case 'reopen':
        this.reopen(action.from, action.between, action.to);
        return;
      case 'move':
        this.move(action.generation, action.events);
        return;
      case 'look':
        this.look(action.between);
    }
  }

  /** The writer is found dead, and others come while that is looked at. */
  buryLate(between: readonly Event[]): void {
    if (!this.#writer.isDead) return;
    const { generation } = this.box;
    this.#reader.suspect();
    this.#atWork(between, () => this.#reader.writerDied(() => this.box.generation === generation));
  }

  /**
   * Another reader takes the place: it finds out where the channel is, and starts a moment later.
   *
   * @param whileFrom - what happens while it finds out
   * @param between - what happens then
   * @param whileStart - what happens while it starts
   */
  reopen(whileFrom: readonly Event[], between: readonly Event[], whileStart: readonly Event[]): void {
    const counted = this.#counted;
    const from = this.#atWork(whileFrom, () => this.box.place());
    for (const event of between) this.#happen(event);
    this.#reader = this.#atWork(whileStart, () => this.box.reader(from));
    this.#delivered = counted;
  }

  /** The reader finds another segment, in which so much has happened. */
  move(generation: number, events: readonly Event[]): void {
    this.box.bytes.fill(0);
    this.box.generation = generation;
    this.#isLooking = true;
    this.#restart('original', 0);
    for (const event of events) this.#happen(event);
    this.#isLooking = false;
    this.#reader.resync();
  }

  /** Time goes by, by every clock; the heartbeat worker sees a restart within two of its looks and has the reader take care. */
  pass(ms: number): void {
    clock.pass(ms);
    this.#writer.pass(ms);
    this.#sinceRestartMs += ms;
    if (this.#sinceRestartMs < 20) return;
    this.#reader.suspect();
    this.#sinceRestartMs = Number.NEGATIVE_INFINITY;
  }

  /** The heartbeat worker finds the writer stale, which is not to say that it is dead. */
  stale(): void {
    this.#reader.suspect();
  }

  /** The writer is known to be dead. */
  bury(): void {
    this.#reader.suspect();
    this.#reader.writerDied(() => true);
    this.look([]);
  }

  write(steps: number): void {
    for (let i = 0; i < steps; i++) {
      this.#writer.step();
      if (this.#writer.atRest) this.#counted = this.#nextId - 1;
    }
  }

  /** One read, with writer steps before each of its loads and in the middle of its copy. */
  look(between: readonly Event[]): void {
    if (this.#isLooking) return;
    let bytes: Buffer | undefined;
    try {
      bytes = this.#atWork(between, () => this.#read());
    } catch (error) {
      // While a size is half of one message and half of another it can only be too large, and is looked at again.
      assert.ok(!(error instanceof EshmError), `${error}`);
      throw error;
    }
    if (bytes === undefined) return;
    const id = idOf(bytes);
    assert.ok(id > this.#delivered, `message ${id} after message ${this.#delivered}`);
    this.#delivered = id;
  }

  /** The writer works in peace and the reader looks at moments that have no pattern. */
  goOn(writes: number): void {
    if (this.#writer.isDead) this.#restart('original', 0);
    this.pass(25);
    for (let i = 0; i < writes * 6; i++) {
      this.#writer.step();
      if ((i * 7919) % 11 < 5) this.look([]);
    }
    while (!this.#writer.atRest) this.#writer.step();
    this.pass(1000);
    this.look([]);
    this.pass(1000);
    this.look([]);
  }

  get lastWritten(): number {
    return this.#nextId - 1;
  }

  #read(): Buffer | undefined {
    if (!this.#into) return this.#reader.tryRead();
    const target = Buffer.alloc(4096);
    const size = this.#reader.tryReadInto(target, 4096);
    return size < 0 ? undefined : target.subarray(0, size);
  }

  /** Runs `act` of the reader, with `between` before each of its loads and in the middle of each copy. */
  #atWork<T>(between: readonly Event[], act: () => T): T {
    let i = 0;
    let isNested = false;
    const others = () => {
      const event = between[i] ?? 0;
      // The loads and copies of the others are not the reader's.
      if (isNested) return;
      i++;
      isNested = true;
      this.#happen(event);
      isNested = false;
    };
    this.#isLooking = true;
    try {
      return beforeEachLoad(others, () => duringEachCopy(others, act));
    } finally {
      this.#isLooking = false;
    }
  }

  #happen(event: Event): void {
    if (typeof event === 'number') this.write(event);
    else this.#restart(event.kind, event.stores);
  }

  #restart(kind: Kind, stores: number): void {
    this.#writer = this.#start(kind, stores);
    this.#sinceRestartMs = 0;
  }

  #start(kind: Kind, stores?: number): Writer {
    return new Writer(
      this.box,
      kind,
      () => this.#nextId++,
      () => this.look([]),
      stores,
    );
  }
}

const start: fc.Arbitrary<Start> = fc.record({
  count: fc.oneof(fc.constant(0), fc.integer({ min: 2 ** 31 - 6, max: 2 ** 31 + 2 }), fc.nat(2 ** 32 - 1)),
  reads: fc.constantFrom('tryRead' as const, 'tryReadInto' as const),
  first: kinds,
  drift: fc.constantFrom(0, 1, 2, 3, 129, 130, 131),
});

describe('a reader and writers that die', () => {
  beforeEach(clock.take);
  afterEach(clock.giveBack);

  for (const reader of ['that was there before', 'that joins', 'that knew it and finds it stale'] as const) {
    for (let step = 1; step <= 5; step++) {
      it(`no time makes rest of step ${step}, where a writer stands, its heart beating, to a reader ${reader}`, () => {
        const world = new World({ count: 0, reads: 'tryRead', first: 'original', drift: 3 });
        if (reader.startsWith('that knew')) {
          world.goOn(20);
          assert.equal(world.delivered, world.lastWritten);
        }
        world.write(step);
        if (reader === 'that joins') world.act({ do: 'reopen', from: [], between: [], to: [] });
        if (reader.startsWith('that knew')) world.stale();
        const { delivered } = world;
        for (let i = 0; i < 200; i++) {
          world.pass(25);
          world.look([]);
        }
        if (step < 5) assert.equal(world.delivered, delivered);
        world.write(6 - step);
        // Met at the same step of every message: a reader that takes it for rest returns halves.
        for (let i = 0; i < 20; i++) {
          world.write(step);
          world.look([]);
          world.write(6 - step);
          world.pass(25);
        }
        world.goOn(20);
        assert.equal(world.delivered, world.lastWritten);
      });
    }
  }

  it('delivers whole messages only, none older than the last, and delivers again when the writer goes on', () => {
    fc.assert(
      fc.property(start, fc.array(action, { maxLength: 60 }), (from, actions) => {
        const world = new World(from);
        for (const one of actions) world.act(one);
        world.goOn(150);
        assert.equal(world.delivered, world.lastWritten, 'the newest message is delivered');
      }),
      { numRuns: size({ short: 700, long: 2000 }) },
    );
  });

  for (const dead of ['ours', 'original'] as const) {
    for (const next of ['ours', 'original'] as const) {
      for (let died = 1; died <= 5; died++) {
        it(`${next} after ${dead} that died after step ${died} of a write`, () => {
          const world = new World({ count: 0, reads: 'tryRead', first: dead });
          world.write(12);
          world.look([]);
          assert.equal(world.delivered, 2);
          world.write(died);
          world.look([]);
          world.act({ do: 'restart', kind: next, buried: false, stores: 9 });
          for (let i = 0; i < 5; i++) {
            world.look([]);
            world.act({ do: 'pass', ms: 60 });
          }
          world.write(6);
          world.look([]);
          world.act({ do: 'pass', ms: 200 });
          world.look([]);
          assert.equal(world.delivered, world.lastWritten);
        });

        it(`${next} after ${dead} that died after step ${died} and was buried: the first message counts`, () => {
          const world = new World({ count: 0, reads: 'tryRead', first: dead });
          world.write(12);
          world.look([]);
          world.write(died);
          world.act({ do: 'restart', kind: next, buried: true, stores: 9 });
          for (let i = 0; i < 3; i++) {
            world.write(6);
            world.look([]);
            assert.equal(world.delivered, world.lastWritten);
          }
        });
      }
    }
  }

  it('a writer of ours that was seen before it repaired is not taken for one that goes on as it found things', () => {
    const world = new World({ count: 0, reads: 'tryRead', first: 'original' });
    world.write(3);
    world.act({ do: 'restart', kind: 'original', buried: true, stores: 9 });
    world.write(6);
    world.look([]);
    assert.equal(world.delivered, 2, 'the parity is known to be inverted');
    world.act({ do: 'restart', kind: 'ours', buried: false, stores: 9 });
    world.write(3);
    world.look([]);
    world.write(3);
    world.look([]);
    assert.equal(world.delivered, 3);
  });

  it('a repair opens at a value that no writer has rested at, also after one that was cut short', () => {
    const world = new World({ count: 0, reads: 'tryRead', first: 'original', drift: 129 });
    world.look([1]);
    world.look([{ kind: 'original', stores: 0 }]);
    world.write(7);
    world.act({ do: 'restart', kind: 'ours', buried: false, stores: 9 });
    world.write(12);
    world.look([]);
    assert.equal(world.delivered, world.lastWritten);
  });

  it('a repair between the place that a reader begins at and its making leaves nothing to deliver', () => {
    const world = new World({ count: 0, reads: 'tryRead', first: 'ours' });
    world.write(5);
    world.act({ do: 'reopen', from: [], between: [{ kind: 'ours', stores: 9 }], to: [] });
    world.look([]);
    assert.equal(world.delivered, 0);
    world.act({ do: 'reopen', from: [5, { kind: 'ours', stores: 9 }], between: [], to: [] });
    world.look([]);
    assert.equal(world.delivered, 0);
  });

  it('a repair in another segment than before leaves nothing to deliver', () => {
    const world = new World({ count: 0, reads: 'tryRead', first: 'original' });
    world.act({ do: 'move', generation: 0, events: [8, { kind: 'ours', stores: 9 }] });
    world.look([]);
    assert.equal(world.delivered, 0);
  });

  it('one that came in the segment before is not taken for one that has written in this', () => {
    const world = new World({ count: 0, reads: 'tryRead', first: 'original' });
    world.write(6 + 1);
    world.act({ do: 'die' });
    world.act({ do: 'bury', between: [] });
    world.act({ do: 'restart', kind: 'original', buried: false, stores: 9 });
    world.look([]);
    world.act({ do: 'move', generation: 0, events: [12] });
    world.look([]);
    world.write(3);
    world.act({ do: 'die' });
    world.act({ do: 'bury', between: [] });
    world.act({ do: 'restart', kind: 'ours', buried: false, stores: 9 });
    world.write(6);
    world.look([]);
    assert.equal(world.delivered, world.lastWritten);
  });

  it('one that has started is not buried with the dead', () => {
    const box = new Mailbox();
    const reader = box.reader();
    box.startMaster();
    box.writer().write(Buffer.from('first'), 5);
    assert.equal(reader.tryRead()?.toString(), 'first');
    box.startMaster();
    // Its first message, during which somebody takes it for the dead one, and half of its second.
    box.sequence += 1;
    reader.writerDied(() => false);
    box.sequence += 1;
    box.writeCount += 1n;
    box.sequence += 1;
    assert.equal(reader.tryRead(), undefined);
  });
});
