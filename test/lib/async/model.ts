/**
 * A writer that sends and a reader that may stop at each of its steps, in one thread: the writer is the real one, and at
 * each of its looks at the channel, and at the clock, the reader does as many steps as a list of choices says.
 */
import { InFlight } from '../../../lib/async/in-flight.js';
import { Answer, MailboxWriter, viewChannel } from '../../../lib/channel/index.js';
import type { Session } from '../../../lib/session/index.js';
import { AT, layout, Mailbox } from '../channel/fixture.js';

/** `'ours'` leaves receipts; `'plain'` only counts, and remembers what it has read; `'forgetful'` samples at each call. */
export type Kind = 'ours' | 'plain' | 'forgetful';

/** What the writer does: each writes one message. A `timed` send is given up as soon as it was published. */
export type Act = 'write' | 'send' | 'timed' | 'resend';

/** What is walked. */
export interface Walk {
  readonly acts: readonly Act[];
  /** The reader that is there, and the one that may come in its place, once. */
  readonly readers: readonly [Kind, Kind?];
  /** Whether the writer goes by the count alone, whoever reads. */
  readonly byCountAlone?: boolean;
}

/** Decides: a number below `options`. `isFree` where it only says how long a visit is. */
export type Choose = (options: number, isFree?: boolean) => number;

/** What has become of the messages. */
export interface Outcome {
  /** Messages acknowledged that nobody had read. */
  readonly deceived: readonly number[];
  /** As `deceived`, where a reader that leaves no receipts had counted an earlier message late: nothing tells. */
  readonly excused: readonly number[];
  /** Messages that were read, by what the channel showed, and yet timed out. */
  readonly denied: readonly number[];
  readonly acknowledged: number;
}

/** Looks at a message that is not answered, before it times out. */
const LOOKS = 2;

/** Steps of the clock, in ms: it moves whenever it is looked at. */
const TICK_MS = 0.002;

/** Of a reader that has something to do. */
const BUSY = -1;

/** One for all walks: memory costs more than a walk. */
const BOX = new Mailbox();

class Model {
  readonly box = BOX;
  /** Numbers of the messages that were found whole. */
  readonly read = new Set<number>();
  /** Of the last one that a reader without receipts counted, or one with them left a receipt for. */
  readonly shown = new Set<number>();
  identity = 0;
  /** Does a step of the reader's; whether it found nothing to do. */
  #steps!: Generator<boolean, never>;
  /** What the channel showed when the reader found nothing to do. */
  #idleAt = BUSY;
  #choose: Choose;
  #next: Kind | undefined;
  /** Whether the reader that went had said what it read and not counted it: the first count of another looks like its. */
  isAmbiguous = false;
  #isBetween = false;
  /** The message that is the newest. */
  newest = 0;
  /** The message that was the newest when a reader without receipts counted another. */
  deceivedOf = 0;

  constructor(readers: Walk['readers'], choose: Choose) {
    BOX.bytes.fill(0, 0, AT.data + 64).fill(0, AT.writeCount);
    this.#choose = choose;
    this.#next = readers[1];
    this.#come(readers[0]);
  }

  /** A place at which the reader may do something. */
  point(): void {
    const mayReplace = this.#next !== undefined;
    if (this.#isIdle && !mayReplace) return;
    const choice = this.#choose(mayReplace ? 3 : 2);
    if (choice === 0) return;
    if (choice === 2) this.#replace();
    else this.#step();
    while (!this.#isIdle && this.#choose(2, true) === 1) this.#step();
  }

  /** Whether a step would change nothing. */
  get #isIdle(): boolean {
    return this.#idleAt === this.#shows;
  }

  /** What a reader that waits looks at, in one number. */
  get #shows(): number {
    return this.bytes.readUInt32LE(AT.sequence) * 2 ** 16 + this.bytes.readUInt16LE(AT.writeCount);
  }

  #step(): void {
    this.#idleAt = this.#steps.next().value ? this.#shows : BUSY;
  }

  #replace(): void {
    const next = this.#next!;
    this.#next = undefined;
    this.isAmbiguous = this.#isBetween;
    this.#come(next);
  }

  #come(kind: Kind): void {
    this.identity++;
    this.#steps = kind === 'ours' ? this.#ours() : this.#plain(kind);
    // What was there before it came is not new to it.
    this.#step();
    this.#idleAt = BUSY;
  }

  /** As MailboxReader reads: see the test that compares the order of their stores. */
  *#ours(): Generator<boolean, never> {
    const { bytes, box } = this;
    bytes.writeInt32LE(this.identity, AT.receiptReader);
    let last = box.sequence;
    let count = bytes.readUInt32LE(AT.readCount);
    for (let isIdle = false; ; ) {
      yield isIdle;
      const { sequence } = box;
      isIdle = sequence === last || (sequence & 1) !== 0;
      if (isIdle) continue;
      yield false;
      const number = bytes.readUInt32LE(AT.data);
      yield false;
      if (box.sequence !== sequence) continue;
      this.read.add(number);
      last = sequence;
      count++;
      yield false;
      bytes.writeUInt32LE(sequence, AT.receiptSequence);
      this.shown.add(number);
      yield false;
      bytes.writeUInt32LE(count, AT.receiptCount);
      this.#isBetween = true;
      yield false;
      bytes.writeUInt32LE(count, AT.readCount);
      this.#isBetween = false;
    }
  }

  /** As the originals read, of either kind. */
  *#plain(kind: Kind): Generator<boolean, never> {
    const { bytes, box } = this;
    let seen = box.writeCount;
    for (let isIdle = false; ; ) {
      // What it finds when it is called is no news to it, until it has been called once more.
      if (kind === 'forgetful' && !isIdle) seen = box.writeCount;
      yield isIdle;
      isIdle = box.writeCount <= seen;
      if (isIdle) continue;
      const now = box.writeCount;
      yield false;
      const { sequence } = box;
      isIdle = (sequence & 1) !== 0;
      if (isIdle) continue;
      const number = bytes.readUInt32LE(AT.data);
      yield false;
      if (box.sequence !== sequence) continue;
      this.read.add(number);
      seen = now;
      yield false;
      bytes.writeUInt32LE(bytes.readUInt32LE(AT.readCount) + 1, AT.readCount);
      if (number !== this.newest) this.deceivedOf = this.newest;
      if (!this.isAmbiguous) this.shown.add(number);
      this.isAmbiguous = false;
    }
  }

  get bytes(): Buffer {
    return this.box.bytes;
  }
}

/** Runs a walk with these choices. */
export function walk({ acts, readers, byCountAlone }: Walk, choose: Choose): Outcome {
  const model = new Model(readers, choose);
  const channel = viewChannel(model.box.bytes, layout, layout.masterToSlave);
  // A plain load of a word of the reader's is a look, too.
  const reads = new Proxy(channel.reads, {
    get(words, index) {
      if (typeof index === 'string' && /^\d+$/.test(index)) model.point();
      return Reflect.get(words, index, words);
    },
  });
  const writer = new MailboxWriter({ ...channel, reads }, false);
  let clockMs = 1;
  const link = {
    segmentId: 7,
    writer,
    write: (data: Uint8Array, size: number) => writer.write(data, size),
    // Mapped memory: what is done is seen.
    push: () => {},
    pullReads: () => {},
    header: { identity: () => model.identity },
    peerRole: 'slave',
  };
  const session = { gate: { isOpen: true }, link, remoteAlive: true } as unknown as Session;
  const delivery = new InFlight('model', session);
  if (byCountAlone) {
    writer.answerTo = ({ before }) =>
      writer.currentReads === before.reads ? Answer.none : Answer.countedAgain;
  }
  const outcome = { deceived: [] as number[], excused: [] as number[], denied: [] as number[] };
  let acknowledged = 0;
  const message = Buffer.alloc(8);
  const real = { load: Atomics.load, now: performance.now };
  Atomics.load = ((array: Int32Array, index: number) => {
    model.point();
    return real.load(array === reads ? channel.reads : array, index);
  }) as typeof Atomics.load;
  performance.now = () => {
    model.point();
    clockMs += TICK_MS;
    return clockMs;
  };
  try {
    for (const [index, act] of acts.entries()) {
      const number = index + 1;
      message.writeUInt32LE(number);
      model.point();
      model.newest = number;
      if (act === 'write') {
        writer.write(message, 8);
        continue;
      }
      const resendMs = act === 'resend' ? 0.001 : undefined;
      const deadlineMs = clockMs + 1000;
      delivery.begin(message, 1000, deadlineMs, resendMs);
      let isDone = delivery.look() === true;
      const looks = act === 'timed' ? 0 : LOOKS;
      for (let i = 0; i < looks && !isDone; i++) isDone = delivery.look() === true;
      if (!isDone) {
        clockMs = deadlineMs;
        isDone = delivery.look() === true;
        // A second time, as a count that may be of another message is believed no later than that.
        if (!isDone && model.shown.has(number)) isDone = delivery.look() === true;
      }
      if (isDone) acknowledged++;
      if (isDone && !model.read.has(number)) {
        outcome[model.deceivedOf === number ? 'excused' : 'deceived'].push(number);
      }
      if (!isDone && model.shown.has(number)) outcome.denied.push(number);
    }
  } finally {
    Atomics.load = real.load;
    performance.now = real.now;
  }
  return { ...outcome, acknowledged };
}

/**
 * Runs `act` with every list of choices of which at most `visits` are not 0, but for the free ones, each once.
 *
 * @returns how many there were
 */
export function everyChoice(visits: number, act: (choose: Choose) => void): number {
  /** What was chosen, and out of how many. */
  const path: { choice: number; options: number; isFree: boolean }[] = [];
  let runs = 0;
  for (;;) {
    let at = 0;
    act((options, isFree = false) => {
      const known = path[at++];
      if (known !== undefined) return known.choice;
      path.push({ choice: 0, options, isFree });
      return 0;
    });
    runs++;
    // The next list: the last choice that can be another one is. All behind it begin anew.
    path.length = Math.min(path.length, at);
    for (;;) {
      const last = path.pop();
      if (last === undefined) return runs;
      const others = path.filter(({ choice, isFree }) => choice !== 0 && !isFree).length;
      if (last.choice + 1 < last.options && (last.isFree || others < visits)) {
        path.push({ ...last, choice: last.choice + 1 });
        break;
      }
    }
  }
}
