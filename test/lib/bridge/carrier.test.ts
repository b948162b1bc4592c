/** The end of a stay, step by step; everything else of a carrier is in pair.test.ts. */
import assert from 'node:assert/strict';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { Carrier } from '../../../lib/bridge/carrier.js';
import { Counters } from '../../../lib/bridge/counters.js';
import type { LocalEnd } from '../../../lib/bridge/local-end.js';
import { Receiver } from '../../../lib/bridge/receiver.js';
import type { Server } from '../../../lib/bridge/server.js';
import { until } from '../../support/channels.js';

const headersOf = (values: Record<string, string>) => ({
  get: (name: string) => values[name] ?? '',
  has: (name: string) => name in values,
});

/** A local whose memory is gone once its stay is over: whoever touches it then would crash the process. */
function fakePort(messages: readonly string[], stop: AbortController, log: string[], isLost = () => false) {
  const touch = (what: string) => {
    if (stop.signal.aborted) throw new Error(`${what} was touched after the end`);
  };
  let next = 0;
  return {
    get generation() {
      touch('generation');
      return 1;
    },
    get segmentId() {
      touch('segment');
      return 1;
    },
    next: async () => {
      const data = Buffer.from(messages[next++] ?? '');
      if (next >= messages.length) stop.abort();
      return { data, count: next, missed: 0, sequence: 2 * next };
    },
    poll: () => {
      if (next >= messages.length - 1) return undefined;
      return { data: Buffer.from(messages[next++]!), count: next, missed: 0, sequence: 2 * next };
    },
    confirmRead: ({ count }: { count: number }) => !isLost() && log.push(`settled ${count}`) > 0,
    drop: ({ count }: { count: number }) => log.push(`dropped ${count}`),
    write: (data: Uint8Array, missed: number) => log.push(`wrote ${Buffer.from(data)} after ${missed}`) > 0,
    send: () => new Promise<void>(() => {}),
  } as unknown as LocalEnd;
}

describe('Carrier', () => {
  /** An answer, to the sending itself or to the one before. */
  type Answer = string | undefined | { readonly toTheOneBefore: string };

  function carry(
    messages: readonly string[],
    isAcknowledged: boolean,
    answers: readonly Answer[],
    {
      hasPartner = (): boolean => true,
      isGateway = false,
      isLost = (): boolean => false,
      numbers = { last: 0 },
    } = {},
  ) {
    const [stop, counters, log] = [new AbortController(), new Counters(), [] as string[]];
    const times: number[] = [];
    let asked = 0;
    const server = {
      headers: () => ({ set: () => {} }),
      publish: (_: string, data: Uint8Array, { reply }: { reply?: string }) => {
        log.push(`sent ${Buffer.from(data)}${reply === undefined ? ' to whom it may concern' : ''}`);
        times.push(performance.now());
        const answer = answers[asked++];
        if (answer === undefined) return;
        const number = Number(reply!.split('.').at(-1)!);
        setImmediate(() => {
          if (typeof answer === 'string') carrier.hear(`${number}`, answer);
          else carrier.hear(`${number - 1}`, answer.toTheOneBefore);
        });
      },
      flush: async () => {},
    } as unknown as Server;
    const carrier: Carrier = new Carrier({
      server,
      local: fakePort(messages, stop, log, isLost),
      counters,
      subject: 'x',
      ack: 'ack',
      bridge: 'b',
      stay: 1,
      isAcknowledged,
      patienceMs: 20,
      hasPartner,
      isGateway,
      nextNumber: () => ++numbers.last,
      onConfirmed: ({ count }) => log.push(`confirmed ${count}`),
      signal: stop.signal,
    });
    return { run: carrier.run(), counters, log, stop, carrier, times };
  }

  it('does not touch the channel when the stay ended with the news that brought a message', async () => {
    const { run, log } = carry(['last'], false, []);
    await run;
    assert.deepEqual(log, []);
  });

  it('acknowledged: asks again without an answer, counts what was read, drops what was refused', async () => {
    const { run, counters, log } = carry(['a', 'b', 'end'], true, [undefined, 'ok', 'no']);
    await run;
    assert.deepEqual(log, [
      'sent a',
      'sent a',
      'settled 1',
      'confirmed 1',
      'sent b',
      'dropped 2',
      'confirmed 2',
    ]);
    assert.deepEqual([counters.sent, counters.unconfirmed], [1, 1]);
  });

  it('acknowledged: what was read over there when the channel here is lost is not confirmed: the next stay tells it', async () => {
    const { run, counters, log } = carry(['a', 'end'], true, ['ok'], { isLost: () => true });
    await run;
    assert.deepEqual([log, counters.sent], [['sent a'], 0]);
  });

  it('newest: goes on to the next without an answer', async () => {
    const { run, counters, log } = carry(['a', 'b', 'end'], false, [undefined, 'ok']);
    await run;
    assert.deepEqual(log, ['sent a', 'sent b', 'confirmed 2']);
    assert.deepEqual([counters.sent, counters.unconfirmed], [1, 1]);
  });

  for (const isAcknowledged of [true, false]) {
    const kind = isAcknowledged ? 'acknowledged' : 'newest';
    const settled = isAcknowledged ? ['settled 1', 'confirmed 1'] : ['confirmed 1'];

    it(`${kind}: while there is no bridge at the other end nothing counts as taken, and then it is sent`, async () => {
      let isThere = true;
      const { run, carrier, counters, log } = carry(['a', 'end'], isAcknowledged, ['', 'ok'], {
        hasPartner: () => isThere,
      });
      await until('it was sent', () => log.length === 1);
      isThere = false;
      await sleep(100);
      assert.deepEqual([log, counters.sent], [['sent a'], 0]);
      isThere = true;
      carrier.partnerChanged();
      await run;
      assert.deepEqual(log, ['sent a', 'sent a', ...settled]);
      assert.deepEqual([counters.sent, counters.unconfirmed], [1, 0]);
    });

    it(`${kind}: what nobody listened to is sent again, with pauses`, async () => {
      const { run, log, times } = carry(['a', 'end'], isAcknowledged, [...Array(6).fill(''), 'ok']);
      await run;
      assert.deepEqual(log, [...Array(7).fill('sent a'), ...settled]);
      // 5, 10, 20, 40, 80 and 100 ms; timers may be a little early.
      assert.ok(times.at(-1)! - times[0]! > 240, `${times}`);
    });

    it(`${kind}: what could not be taken at that moment is sent again`, async () => {
      const { run, log, counters } = carry(['a', 'end'], isAcknowledged, ['later', 'later', 'ok']);
      await run;
      assert.deepEqual(log, ['sent a', 'sent a', 'sent a', ...settled]);
      assert.deepEqual([counters.sent, counters.unconfirmed], [1, 0]);
    });

    it(`${kind}: an answer to an earlier sending of the same message is one to the message`, async () => {
      const { run, log } = carry(['a', 'end'], isAcknowledged, [undefined, { toTheOneBefore: 'ok' }]);
      await run;
      assert.deepEqual(log, ['sent a', 'sent a', ...settled]);
    });
  }

  it('takes no answer to the message before for one, also over stays', async () => {
    const numbers = { last: 0 };
    const before = carry(['a', 'end'], true, ['ok'], { numbers });
    await before.run;
    const { run, log } = carry(
      ['b', 'c', 'end'],
      true,
      [{ toTheOneBefore: 'ok' }, 'ok', { toTheOneBefore: 'no' }, 'ok'],
      {
        numbers,
      },
    );
    await run;
    assert.deepEqual(log, [
      'sent b',
      'sent b',
      'settled 1',
      'confirmed 1',
      'sent c',
      'sent c',
      'settled 2',
      'confirmed 2',
    ]);
  });

  it('as a gateway: without a bridge at the other end it is for whoever listens', async () => {
    const { run, log, counters } = carry(['a', 'end'], false, [], {
      hasPartner: () => false,
      isGateway: true,
    });
    await run;
    assert.deepEqual(log, ['sent a to whom it may concern', 'confirmed 1']);
    assert.equal(counters.roundTripMs, undefined);
  });
});

describe('Receiver', () => {
  function receiver() {
    const [counters, log] = [new Counters(), [] as string[]];
    const made = new Receiver({
      counters,
      maxDataSize: 8,
      resendMs: undefined,
      partner: () => 'abc',
      confirm: (reply, verdict) => log.push(`${reply} ${verdict}`),
      onDropped: (reason) => log.push(reason),
    });
    made.enter(fakePort([], new AbortController(), log));
    const take = (text: string, stay: number, segment: number, count: number, missed = 0, delivery = '') =>
      made.take({
        data: Buffer.from(text),
        reply: text,
        headers: headersOf({
          'Eshm-Writer': `abc/${stay}/${segment}`,
          'Eshm-Count': `${count}`,
          'Eshm-Missed': `${missed}`,
          'Eshm-Generation': '1',
          'Eshm-Delivery': delivery,
        }),
      });
    return { made, counters, log, take };
  }

  it('writes nothing twice and nothing behind a later one, and says so to whoever asks again', () => {
    const { take, counters, log } = receiver();
    take('a', 1, 7, 1);
    take('b', 1, 7, 2);
    take('b', 1, 7, 2);
    take('a', 1, 7, 1);
    take('c', 2, 7, 3);
    take('late', 1, 7, 9);
    assert.deepEqual(
      log.filter((line) => line.startsWith('wrote')),
      ['wrote a after 0', 'wrote b after 0', 'wrote c after 0'],
    );
    assert.deepEqual(
      log.filter((line) => line.endsWith(' ok')),
      ['a ok', 'b ok', 'b ok', 'a ok', 'c ok', 'late ok'],
    );
    assert.deepEqual([counters.received, counters.repeated], [3, 3]);
  });

  it('takes a message again that could not be written', () => {
    const { made, take, counters, log } = receiver();
    take('a', 1, 7, 1);
    made.enter({ write: () => false } as unknown as LocalEnd);
    take('b', 1, 7, 3);
    made.enter(fakePort([], new AbortController(), log));
    take('b', 2, 7, 3);
    assert.deepEqual(log, ['wrote a after 0', 'a ok', 'b later', 'wrote b after 1', 'b ok']);
    assert.deepEqual([counters.received, counters.missed], [2, 1]);
  });

  it('acknowledged: leaves what it was about to deliver in a channel that is lost to the next stay', async () => {
    const { made, take, log } = receiver();
    const end = (isLost: boolean, send: () => Promise<void>) =>
      ({ isLost, send, sentMark: undefined, peerIdentity: 1 }) as unknown as LocalEnd;
    const fails = () => Promise.reject(new Error('another master is there'));
    made.enter(end(true, fails));
    take('a', 1, 7, 1, 0, 'acknowledged');
    await turn();
    made.enter(undefined);
    made.enter(end(false, async () => {}));
    take('a', 1, 7, 1, 0, 'acknowledged');
    await turn();
    made.enter(end(false, fails));
    take('b', 1, 7, 2, 0, 'acknowledged');
    await turn();
    assert.deepEqual(log, ['a later', 'a ok', 'b no']);
  });

  it('takes a message that a later stay brings again for what it is', () => {
    const { take, counters, log } = receiver();
    take('a', 1, 7, 1);
    take('a', 2, 7, 1);
    take('b', 2, 7, 2);
    assert.deepEqual(
      log.filter((line) => line.startsWith('wrote')),
      ['wrote a after 0', 'wrote b after 0'],
    );
    assert.deepEqual([counters.received, counters.repeated], [2, 1]);
  });

  it('counts what was missed by the numbers of the segment, over stays, and by the header in another segment', () => {
    const { take, counters, log } = receiver();
    take('a', 1, 7, 10, 4);
    take('b', 1, 7, 13, 0);
    take('c', 2, 7, 20, 1);
    take('d', 3, 8, 5, 2);
    assert.deepEqual(
      log.filter((line) => line.startsWith('wrote')),
      ['wrote a after 4', 'wrote b after 2', 'wrote c after 6', 'wrote d after 2'],
    );
    assert.equal(counters.missed, 14);
  });

  it('refuses what does not fit, and takes what is of another bridge no sooner than that is the one', () => {
    const { made, take, counters, log } = receiver();
    take('too large', 1, 7, 1);
    made.take({
      data: Buffer.from('x'),
      reply: 'x',
      headers: headersOf({
        'Eshm-Writer': 'other/1/1',
        'Eshm-Count': '1',
        'Eshm-Missed': '0',
        'Eshm-Generation': '1',
      }),
    });
    assert.deepEqual(log, [
      'it has 9 bytes, expected 8 at most (maxDataSize)',
      'too large no',
      'it is of bridge other, expected abc',
      'x later',
    ]);
    assert.equal(counters.dropped, 2);
  });
});
