/** Random interleavings of writers that work, die and are started again, ours and the original's, with a reader. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EshmError } from '../../../lib/errors.js';
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

/** A writer process, one store at a time (PROTOCOL.md section 3). */
class Writer {
  readonly #box: Mailbox;
  readonly #kind: Kind;
  readonly #nextId: () => number;
  #step = 0;
  #data: Buffer = Buffer.alloc(0);
  /** Milliseconds that this write has been under way. */
  #underWayMs = 0;

  /** @param meanwhile - what others do between any two stores of the start */
  constructor(box: Mailbox, kind: Kind, nextId: () => number, meanwhile: () => void) {
    this.#box = box;
    this.#kind = kind;
    this.#nextId = nextId;
    box.startMaster();
    if (kind === 'original') return;
    // Ours shows itself, as the original does, and then repairs its channel.
    beforeEachStore(meanwhile, () => box.writer());
    meanwhile();
  }

  get atRest(): boolean {
    return this.#step === 0;
  }

  step(): void {
    const box = this.#box;
    switch (this.#step++) {
      case 0:
        this.#data = message(this.#nextId());
        this.#underWayMs = 0;
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

  /** The heart beats on in mid-write, but a write that stands for 100 ms is more than the design allows for. */
  pass(ms: number): void {
    if (!this.atRest && this.#underWayMs + ms > 90) return;
    this.#underWayMs += ms;
    this.#box.pass(ms, true);
  }

  toString(): string {
    return this.#kind;
  }
}

const steps = fc.array(fc.nat(9), { maxLength: 12 });
const action = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('write' as const), steps: fc.nat(13) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('look' as const), between: steps }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.nat(150) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('restart' as const),
      kind: fc.constantFrom<Kind>('ours', 'original'),
      deadMs: fc.nat(500),
      buried: fc.boolean(),
    }),
  },
);

interface Start {
  /** Messages written before, of which `sequence` is twice the number. */
  readonly count: number;
  readonly reads: 'tryRead' | 'tryReadInto';
  readonly first: Kind;
}

type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

/** One mailbox, one reader, and one writer at a time. */
class World {
  readonly box = new Mailbox();
  readonly #reader;
  readonly #into: boolean;
  #writer: Writer;
  #nextId = 1;
  #delivered = 0;
  #sinceRestartMs = Number.NEGATIVE_INFINITY;

  constructor({ count, reads, first }: Start) {
    this.#into = reads === 'tryReadInto';
    this.box.writeCount = BigInt(count);
    this.box.sequence = 2 * count;
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
        // Nobody beats while nobody lives.
        this.box.pass(action.deadMs, false);
        if (action.buried) this.bury();
        this.#writer = this.#start(action.kind);
        this.#sinceRestartMs = 0;
        return;
      case 'look':
        this.look(action.between);
    }
  }

  /** Time goes by; the heartbeat worker sees a restart within two of its looks and has the reader take care. */
  pass(ms: number): void {
    this.#writer.pass(ms);
    this.#sinceRestartMs += ms;
    if (this.#sinceRestartMs < 20) return;
    this.#reader.suspect();
    this.#sinceRestartMs = Number.NEGATIVE_INFINITY;
  }

  /** The writer is known to be dead. */
  bury(): void {
    this.#reader.suspect();
    this.#reader.bury(() => true);
    this.look([]);
  }

  write(steps: number): void {
    for (let i = 0; i < steps; i++) this.#writer.step();
  }

  /** One read, with writer steps before each of its loads and in the middle of its copy. */
  look(between: readonly number[]): void {
    let i = 0;
    const others = () => this.write(between[i++] ?? 0);
    let bytes: Buffer | undefined;
    try {
      bytes = beforeEachLoad(others, () => duringEachCopy(others, () => this.#read()));
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

  #start(kind: Kind): Writer {
    return new Writer(
      this.box,
      kind,
      () => this.#nextId++,
      () => this.look([]),
    );
  }
}

const start: fc.Arbitrary<Start> = fc.record({
  count: fc.oneof(fc.constant(0), fc.integer({ min: 2 ** 31 - 6, max: 2 ** 31 + 2 }), fc.nat(2 ** 32 - 1)),
  reads: fc.constantFrom('tryRead' as const, 'tryReadInto' as const),
  first: fc.constantFrom<Kind>('ours', 'original'),
});

describe('a reader and writers that die', () => {
  it('delivers whole messages only, none older than the last, and delivers again when the writer goes on', () => {
    fc.assert(
      fc.property(start, fc.array(action, { maxLength: 60 }), (from, actions) => {
        const world = new World(from);
        for (const one of actions) world.act(one);
        world.goOn(150);
        assert.equal(world.delivered, world.lastWritten, 'the newest message is delivered');
      }),
      { numRuns: 1500 },
    );
  }).timeout(120_000);

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
          world.act({ do: 'restart', kind: next, deadMs: 300, buried: false });
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
          world.act({ do: 'restart', kind: next, deadMs: 300, buried: true });
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
    world.act({ do: 'restart', kind: 'original', deadMs: 300, buried: true });
    world.write(6);
    world.look([]);
    assert.equal(world.delivered, 2, 'the parity is known to be inverted');
    world.act({ do: 'restart', kind: 'ours', deadMs: 300, buried: false });
    world.write(3);
    world.look([]);
    world.write(3);
    world.look([]);
    assert.equal(world.delivered, 3);
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
    reader.bury(() => false);
    box.sequence += 1;
    box.writeCount += 1n;
    box.sequence += 1;
    assert.equal(reader.tryRead(), undefined);
  });
});
