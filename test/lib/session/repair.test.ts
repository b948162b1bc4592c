import assert from 'node:assert/strict';
import { layoutFor } from '../../../layout/index.js';
import { MailboxReader, MailboxWriter, viewChannel } from '../../../lib/channel/index.js';
import { FIELDS_OF } from '../../../lib/header/header.js';
import { headerOf } from '../../support/header-of.js';

/** Marks this process as the next master. */
function claimAsMaster(segment: Buffer): void {
  const header = headerOf(segment);
  header.claim('master', header.identity('master'));
}

describe('repair of a channel', () => {
  const layout = layoutFor();
  const at = layout.masterToSlave;

  /** A reader that has read one message of a writer which then died after `step` of the next. */
  function afterDeath(step: 1 | 5) {
    const segment = Buffer.from(new ArrayBuffer(layout.segmentSize));
    headerOf(segment).create(100);
    const reader = new MailboxReader(viewChannel(segment, layout, at), segment, FIELDS_OF.master);
    const writer = new MailboxWriter(viewChannel(segment, layout, at), false);
    writer.write(Buffer.from('first'), 5);
    assert.equal(reader.tryRead()?.toString(), 'first');
    if (step === 5) {
      writer.write(Buffer.from('second'), 6);
      segment.writeBigUInt64LE(1n, at + layout.channel.writeCount);
    } else segment.writeUInt32LE(segment.readUInt32LE(at) + 1, at);
    return { segment, reader };
  }

  it('a reader that looks between the mark of the new writer and its repair, and after it, gets no empty message', () => {
    const { segment, reader } = afterDeath(1);
    claimAsMaster(segment);
    assert.equal(reader.tryRead(), undefined);
    const next = new MailboxWriter(viewChannel(segment, layout, at), false);
    assert.equal(reader.tryRead(), undefined);
    next.write(Buffer.from('third'), 5);
    assert.equal(reader.tryRead()?.toString(), 'third');
  });

  for (const read of [true, false]) {
    for (const writes of [0, 1, 2]) {
      it(`a message ${read ? 'that was read' : 'nobody read'} before its writer died uncounted does not come again, with ${writes} after it`, () => {
        const { segment, reader } = afterDeath(5);
        const got: string[] = [];
        const look = () => {
          const message = reader.tryRead();
          if (message !== undefined) got.push(message.toString());
        };
        if (read) look();
        claimAsMaster(segment);
        const next = new MailboxWriter(viewChannel(segment, layout, at), false);
        for (let i = 1; i <= writes; i++) next.write(Buffer.from(`next ${i}`), 6);
        look();
        look();
        const newest = writes === 0 ? [] : [`next ${writes}`];
        // It may be half-written for all the repair can tell, so it is lost where nobody has read it.
        assert.deepEqual(got, read ? ['second', ...newest] : newest);
      });
    }
  }
});
