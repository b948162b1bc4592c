/** What any client of the server may send, and what it must not bring about. */
import assert from 'node:assert/strict';
import { connect as connectSocket } from 'node:net';
import type { Client, Connection } from '../../../lib/bridge/client.js';
import { type Bridge, bridge } from '../../../lib/bridge/index.js';
import { Eshm } from '../../../lib/index.js';
import { NatsServer } from '../../bridge/nats-server.js';
import { endPairs, needsBridge } from '../../bridge/pair.js';
import { removeLeftovers, uniqueName, until } from '../../support/channels.js';

const PACKAGE: string = '@nats-io/transport-node';

describe('eshm/bridge and clients that mean no good', () => {
  let nats: NatsServer;
  let plain: Connection;
  let made: Bridge;
  let master: Eshm;
  let name: string;

  before(function () {
    needsBridge(this);
  });

  beforeEach(async () => {
    nats = await NatsServer.start();
    plain = await ((await import(PACKAGE)) as Client).connect({ servers: [`127.0.0.1:${nats.port}`] });
    name = uniqueName('bridge');
    master = Eshm.open(name, { role: 'master' });
    made = await bridge(name, { servers: nats.url, as: 'near', gateway: true });
    await until('carrying', () => made.channels[0]?.state === 'carrying');
  });

  afterEach(async () => {
    await plain?.close();
    await made?.close();
    master?.close();
    await endPairs();
    assert.deepEqual(removeLeftovers(), []);
  });

  /** Sends lines of the protocol as they are: no client would write them. */
  function sendRaw(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connectSocket(nats.port, '127.0.0.1');
      let answer = '';
      socket.once('error', reject).on('data', (part) => {
        answer += part;
        if (!answer.includes('PONG')) return;
        socket.end();
        resolve();
      });
      socket.write(`CONNECT {"verbose":false,"headers":true}\r\n${text}PING\r\n`);
    });
  }

  /** As it says it of itself, to everybody. */
  function idOfBridge(): Promise<string> {
    return new Promise((resolve) => {
      const subscription = plain.subscribe(`eshm.${name}.state`, {
        callback: (_, { data }) => {
          subscription.unsubscribe();
          resolve((JSON.parse(`${Buffer.from(data)}`) as { id: string }).id);
        },
      });
    });
  }

  it('a header name that no client can read: that message is dropped and counted, and nothing else happens', async () => {
    const changes: boolean[] = [];
    const dropped: string[] = [];
    made.on('server', (isUp) => changes.push(isUp)).on('dropped', (_, reason) => dropped.push(reason));
    const id = await idOfBridge();
    const head = 'NATS/1.0\r\nbad key: 1\r\n\r\n';
    const subjects = ['s2m', 'm2s', 'state', `ack.${id}.1`].map((end) => `eshm.${name}.${end}`);
    await sendRaw(
      subjects.map((one) => `HPUB ${one} ${head.length} ${head.length + 1}\r\n${head}x\r\n`).join(''),
    );
    // A bridge that has gone deaf never counts it, and does not hear what comes behind it.
    await until('it is counted', () => made.stats()[0]!.dropped === 1);
    assert.deepEqual(dropped, ['a header is wrong: a name has a character that is allowed in none']);
    plain.publish(`eshm.${name}.s2m`, Buffer.from('after it'));
    assert.equal(`${await master.read({ timeoutMs: 120_000 })}`, 'after it');
    assert.deepEqual(changes, []);
  });

  it('a reply is answered in an inbox and among the confirmations of this channel, not on the subject of another', async () => {
    const heard: string[] = [];
    const hear = (_: Error | null, { subject, data }: { subject: string; data: Uint8Array }) =>
      heard.push(`${subject} ${Buffer.from(data)}`);
    for (const subject of ['eshm.other-arm.>', '_INBOX.me', `eshm.${name}.ack.me.*`]) {
      plain.subscribe(subject, { callback: hear });
    }
    await plain.flush();
    const own = `eshm.${name}.ack.me.1`;
    for (const reply of ['eshm.other-arm.m2s', 'eshm.other-arm.ack.me.1', '_INBOX.me', own]) {
      plain.publish(`eshm.${name}.s2m`, Buffer.from('x'), { reply });
    }
    // Answers come in the order of what they answer.
    await until('the last answer', () => heard.includes(`${own} ok`));
    assert.deepEqual(heard, ['_INBOX.me ok', `${own} ok`]);
  });
});
