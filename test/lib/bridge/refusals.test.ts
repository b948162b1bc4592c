/** A server that says no, or nothing: what passes is waited for, and what does not ends the bridge. */
import assert from 'node:assert/strict';
import { type AddressInfo, connect as connectSocket, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { explain } from '../../../lib/bridge/dial.js';
import { type Bridge, type BridgeOptions, bridge } from '../../../lib/bridge/index.js';
import { resolveBridge } from '../../../lib/bridge/resolve.js';
import { Server } from '../../../lib/bridge/server.js';
import { EshmError } from '../../../lib/index.js';
import { NatsServer } from '../../bridge/nats-server.js';
import { endPairs, needsBridge } from '../../bridge/pair.js';
import { removeLeftovers, uniqueName, until } from '../../support/channels.js';
import { freePort } from '../../support/free-port.js';

const GUARDED = 'authorization { users = [{ user: "eshm", password: "s3cret" }] }';

/** The first line of a server. */
function greeting(more: object): string {
  const info = { server_id: 'x', version: '2.10.0', proto: 1, headers: true, max_payload: 1048576, ...more };
  return `INFO ${JSON.stringify(info)}\r\n`;
}

/** Something that is no server but begins like one; ends with `close`. */
async function stranger(port: number, info: object, hear: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  let met = 0;
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    socket.write(greeting(info));
    socket.once('data', () => {
      met++;
      hear(socket);
    });
  }).listen(port, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    get met() {
      return met;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Goes away in the middle of the TLS handshake. */
const cutsTls = (port: number) => stranger(port, { tls_required: true }, (socket) => socket.end());

/** As a server that is too slow, or whose clients are, for its `authorization { timeout }`. */
const isLate = (port: number) =>
  stranger(port, {}, (socket) => socket.end("-ERR 'Authentication Timeout'\r\n"));

describe('eshm/bridge and a server that says no', () => {
  let nats: NatsServer;
  const bridges: Bridge[] = [];

  before(function () {
    needsBridge(this);
  });

  beforeEach(async () => {
    nats = await NatsServer.start();
  });

  afterEach(async () => {
    for (const one of bridges.splice(0)) await one.close();
    await endPairs();
    assert.deepEqual(removeLeftovers(), []);
  });

  async function start(options: BridgeOptions = {}) {
    const made = await bridge(uniqueName('bridge'), {
      servers: nats.url,
      as: 'far',
      gateway: true,
      ...options,
    });
    bridges.push(made);
    const seen = { notices: [] as string[], error: undefined as Error | undefined, hasEnded: false };
    made.on('notice', (text) => seen.notices.push(text));
    made.on('closed', (error) => Object.assign(seen, { error, hasEnded: true }));
    await until('carrying', () => made.channels[0]?.state === 'carrying');
    return { made, seen };
  }

  const carriesAgain = ({ made, seen }: Awaited<ReturnType<typeof start>>) =>
    until('carrying again', () => {
      if (seen.hasEnded) throw new Error(`It has ended: ${seen.error?.message}`);
      return made.channels[0]?.state === 'carrying';
    });

  for (const [what, begin, reason] of [
    ['that goes away in the middle of the TLS handshake', cutsTls, /was closed before it was made/],
    ['that has no time for its clients', isLate, /did not find out in time who this is/],
  ] as const) {
    it(`one ${what} is tried again, at the start`, async () => {
      const port = await freePort();
      const other = await begin(port);
      try {
        const started = bridge('robot', { servers: `nats://127.0.0.1:${port}`, waitMs: 700 });
        await assert.rejects(started, (error) => {
          assert.ok(error instanceof EshmError && error.code === 'ESHM_TIMEOUT', String(error));
          return reason.test(error.message);
        });
        assert.ok(other.met > 1, `${other.met} attempts`);
      } finally {
        await other.close();
      }
    });

    it(`one ${what} is tried again, in the place of one that was there`, async () => {
      const run = await start();
      await nats.kill();
      const other = await begin(nats.port);
      try {
        await until('three attempts', () => other.met >= 3 || run.seen.hasEnded);
      } finally {
        await other.close();
      }
      await nats.start();
      await carriesAgain(run);
      assert.deepEqual(run.seen.notices, []);
    });
  }

  it('one that comes back and does not know its clients yet is told of once, and waited for', async () => {
    const run = await start();
    await nats.kill();
    await nats.start(GUARDED);
    await until('it is told', () => run.seen.notices.length > 0 || run.seen.hasEnded);
    // Several attempts more.
    await sleep(1500);
    assert.equal(run.seen.hasEnded, false, run.seen.error?.message);
    await nats.kill();
    await nats.start('');
    await carriesAgain(run);
    assert.equal(run.seen.notices.length, 1);
    assert.match(
      run.seen.notices[0]!,
      /^127\.0\.0\.1:\d+ is back, but: the server refused the credentials; .*; trying again$/,
    );
  });

  it('one that goes on refusing ends the bridge; at the start it is asked once', async () => {
    const { server: options } = resolveBridge('robot', { servers: nats.url }, {});
    const notices: string[] = [];
    let ended: Error | undefined;
    const listener = {
      onChange: () => {},
      onNotice: (text: string) => notices.push(text),
      onEnd: (error: Error) => {
        ended = error;
      },
    };
    const { signal } = new AbortController();
    const server = await Server.connect(options, 1000, signal, listener, 4);
    await nats.kill();
    await nats.start(GUARDED);
    await until('the end', () => ended !== undefined);
    assert.ok(ended instanceof EshmError && ended.code === 'ESHM_INVALID_PARAM');
    assert.match(ended.message, /^Cannot connect again to .*refused the credentials.* \(4 times in a row\)$/);
    assert.equal(notices.length, 1);
    await server.close();
    const startedMs = performance.now();
    await assert.rejects(Server.connect(options, 600_000, signal, listener), {
      code: 'ESHM_INVALID_PARAM',
      message: /^Cannot connect to .*refused the credentials/,
    });
    assert.ok(performance.now() - startedMs < 120_000);
  });

  it('a bridge that is closed while a connection is being made leaves none', async () => {
    // Takes its time before it greets.
    const sockets: Socket[] = [];
    const slow = createServer((socket) => {
      sockets.push(socket.on('error', () => {}));
      const real = connectSocket(nats.port, '127.0.0.1').on('error', () => {});
      setTimeout(() => real.pipe(socket).pipe(real), 300);
      socket.once('close', () => real.destroy());
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => slow.once('listening', resolve));
    try {
      const { port } = slow.address() as AddressInfo;
      const stop = new AbortController();
      const states: unknown[] = [];
      const started = bridge(uniqueName('bridge'), {
        servers: `nats://127.0.0.1:${port}`,
        as: 'far',
        gateway: true,
        signal: stop.signal,
        on: (made) => made.on('state', (change) => states.push(change)),
      });
      await until('a connection is being made', () => sockets.length > 0);
      stop.abort(new Error('enough'));
      await assert.rejects(started, /enough/);
      await until('it is closed', () => sockets.every(({ closed }) => closed));
      assert.deepEqual(states, []);
    } finally {
      for (const socket of sockets) socket.destroy();
      slow.close();
    }
  });

  it('a bridge that is closed by who is told of its server does not start', async () => {
    const states: unknown[] = [];
    const on = (made: Bridge) => {
      made.on('state', (change) => states.push(change)).on('server', () => void made.close());
    };
    const started = bridge(uniqueName('bridge'), { servers: nats.url, as: 'far', gateway: true, on });
    await assert.rejects(started, { code: 'ESHM_CLOSED' });
    assert.deepEqual(states, []);
  });

  it('a name that is not found is no TLS that failed, whatever the name', () => {
    const error = Object.assign(new Error('getaddrinfo EAI_AGAIN tls.secure.example'), { code: 'EAI_AGAIN' });
    assert.deepEqual(explain(error), { isRefusal: false, reason: error.message });
  });
});
