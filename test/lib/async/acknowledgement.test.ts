import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MailboxReader, viewChannel } from '../../../lib/channel/index.js';
import { FIELDS_OF } from '../../../lib/header/header.js';
import { size } from '../../support/sizes.js';
import { AT, layout, Mailbox } from '../channel/fixture.js';
import { type Act, everyChoice, type Kind, type Walk, walk } from './model.js';

/** Times at which the reader moves while a walk goes its way, each by any number of steps. */
const VISITS = 2;

/** Walks all ways; says what was seen in all of them together. */
function everyWay(what: Walk) {
  const seen = { ways: 0, acknowledged: 0, excused: 0 };
  seen.ways = everyChoice(VISITS, (choose) => {
    const choices: number[] = [];
    const { acknowledged, deceived, denied, excused } = walk(what, (options, isFree) => {
      const choice = choose(options, isFree);
      choices.push(choice);
      return choice;
    });
    const way = () => `${JSON.stringify(what)}: ${choices}`;
    assert.deepEqual({ deceived, denied }, { deceived: [], denied: [] }, way());
    seen.acknowledged += acknowledged;
    seen.excused += excused.length;
  });
  return seen;
}

const listed = (acts: readonly Act[]) => acts.join(', ');

describe('an acknowledgement, with the reader stopped at each of its steps', function () {
  this.timeout(300_000);

  for (const acts of [
    ['write', 'send'],
    ['send', 'send'],
    ['timed', 'send'],
    ['resend', 'send'],
    ['write', 'resend'],
    ['timed', 'resend'],
    ['timed', 'write', 'send'],
    ['write', 'timed', 'send'],
  ] as Act[][]) {
    it(`is only ever of what was read, and of all that was: ${listed(acts)}`, () => {
      const { ways, acknowledged, excused } = everyWay({ acts, readers: ['ours'] });
      assert.ok(ways > 3000 && acknowledged > ways / 3, `${acknowledged} acknowledged in ${ways} ways`);
      assert.equal(excused, 0);
    });
  }

  for (const readers of [
    ['ours', 'ours'],
    ['ours', 'plain'],
    ['plain', 'ours'],
    ['ours', 'forgetful'],
    ['forgetful', 'ours'],
  ] as [Kind, Kind][]) {
    for (const acts of [
      ['write', 'send'],
      ['timed', 'send'],
    ] as Act[][]) {
      it(`so it is while a reader (${readers[0]}) has another (${readers[1]}) come in its place: ${listed(acts)}`, () => {
        const { ways, excused } = everyWay({ acts, readers });
        assert.ok(ways > 5000);
        // A count that names nothing can be late; nobody else's is.
        if (readers.every((reader) => reader === 'ours')) assert.equal(excused, 0);
      });
    }
  }

  it('so it is with readers that leave no receipts, but for the ones that count an earlier message late', () => {
    for (const kind of ['plain', 'forgetful'] as Kind[]) {
      const { ways, acknowledged, excused } = everyWay({ acts: ['write', 'send'], readers: [kind] });
      assert.ok(acknowledged > ways / 10);
      assert.ok(excused < acknowledged / 50, `${excused} of ${acknowledged}`);
    }
  });

  it('so it is in longer ways, with any readers', () => {
    const acts = fc.array(fc.constantFrom<Act>('write', 'send', 'timed', 'resend'), {
      minLength: 2,
      maxLength: 6,
    });
    const kind = fc.constantFrom<Kind>('ours', 'ours', 'plain', 'forgetful');
    // Mostly the reader stands still.
    const choices = fc.array(
      fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 17 }) }),
      { minLength: 20, maxLength: 120 },
    );
    fc.assert(
      fc.property(acts, kind, fc.option(kind, { nil: undefined }), choices, (acts, first, second, list) => {
        let at = 0;
        const readers: Walk['readers'] = second === undefined ? [first] : [first, second];
        const { deceived, denied, excused } = walk(
          { acts, readers },
          (options) => (list[at++] ?? 0) % options,
        );
        assert.deepEqual({ deceived, denied }, { deceived: [], denied: [] });
        if (first === 'ours' && (second ?? 'ours') === 'ours') assert.deepEqual(excused, []);
      }),
      { numRuns: size({ short: 5000, long: 20_000 }) },
    );
  });

  it('the same walks find a writer that goes by the count alone', () => {
    let deceived = 0;
    everyChoice(VISITS, (choose) => {
      const what: Walk = { acts: ['write', 'send'], readers: ['ours'], byCountAlone: true };
      deceived += walk(what, choose).deceived.length;
    });
    assert.ok(deceived > 0);
  });

  it("the reader that is walked stores what a MailboxReader does, in that one's order", () => {
    const box = new Mailbox();
    const channel = viewChannel(box.bytes, layout, layout.masterToSlave);
    const stores: [string, number][] = [];
    const names = new Map(Object.entries(AT).map(([name, at]) => [at, name]));
    const reads = new Proxy(channel.reads, {
      set(words, index, value) {
        stores.push([names.get(channel.reads.byteOffset + 4 * Number(index))!, value]);
        words[Number(index)] = value;
        return true;
      },
      get: (words, index) => Reflect.get(words, index, words),
    });
    const writer = box.writer();
    const reader = new MailboxReader({ ...channel, reads }, box.bytes, FIELDS_OF.master);
    reader.sign(4711);
    assert.deepEqual(stores.splice(0), [['receiptReader', 4711]]);
    for (const [read, count] of [
      [() => reader.tryRead(), 1],
      [() => reader.tryReadInto(Buffer.alloc(8), 8), 2],
      [() => reader.late.count(reader.late.take()!), 3],
    ] as const) {
      writer.write(Buffer.from('message'), 7);
      read();
      const expected = [
        ['receiptSequence', 2 * count],
        ['receiptCount', count],
        ['readCount', count],
      ];
      assert.deepEqual(stores.splice(0), expected);
    }
  });
});
