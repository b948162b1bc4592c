/** A bridge and its server: plain clients, who may use it, and what goes wrong. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Connection, Message } from '../../../lib/bridge/client.js';
import { type Bridge, type BridgeOptions, bridge } from '../../../lib/bridge/index.js';
import { Eshm, EshmError } from '../../../lib/index.js';
import { BridgeProcess } from '../../bridge/machine.js';
import { NatsServer } from '../../bridge/nats-server.js';
import { endPairs, needsBridge, startPair } from '../../bridge/pair.js';
import { removeLeftovers, uniqueName, until } from '../../support/channels.js';
import { freePort } from '../../support/free-port.js';
import { needsCommand } from '../../support/needs.js';

const PACKAGE: string = '@nats-io/transport-node';

/** One of `@nats-io/nkeys`. */
interface Key {
  getPublicKey(): string;
  getSeed(): Uint8Array;
  sign(data: Uint8Array): Uint8Array;
}

/** What `signer` says of `subject`, as nats-server takes it: a JWT. */
function signed(subject: Key, signer: Key, nats: object): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    jti: subject.getPublicKey(),
    iat: Math.floor(Date.now() / 1000),
    iss: signer.getPublicKey(),
    name: 'test',
    sub: subject.getPublicKey(),
    nats: { ...nats, version: 2 },
  };
  const text = `${encode({ typ: 'JWT', alg: 'ed25519-nkey' })}.${encode(claims)}`;
  return `${text}.${Buffer.from(signer.sign(Buffer.from(text))).toString('base64url')}`;
}

/** A file with another text than it should have is refused, and the text is not said. */
async function refusesFile(file: string, text: string, options: BridgeOptions): Promise<void> {
  writeFileSync(file, text);
  await assert.rejects(bridge('robot', { ...options, waitMs: 2000 }), (error: Error) => {
    assert.doesNotMatch(error.message, new RegExp(text));
    return error instanceof EshmError;
  });
}

describe('eshm/bridge and its server', () => {
  let nats: NatsServer;
  let client: Client & { createUser?: unknown };
  let plain: Connection;
  const bridges: Bridge[] = [];
  const endpoints: Eshm[] = [];

  before(async function () {
    needsBridge(this);
    client = (await import(PACKAGE)) as Client;
  });

  beforeEach(async () => {
    nats = await NatsServer.start();
    plain = await client.connect({ servers: [`127.0.0.1:${nats.port}`] });
  });

  afterEach(async () => {
    await plain?.close();
    for (const one of bridges.splice(0)) await one.close();
    for (const one of endpoints.splice(0)) one.close();
    await endPairs();
    assert.deepEqual(removeLeftovers(), []);
  });

  async function start(name: string, options: BridgeOptions = {}): Promise<Bridge> {
    const made = await bridge(name, { servers: nats.url, ...options });
    bridges.push(made);
    return made;
  }

  const carries = (made: Bridge) => until('carrying', () => made.channels[0]?.state === 'carrying');

  it('near, as a gateway: a plain client sees the bare bytes with headers, and writes to the master', async () => {
    const name = uniqueName('bridge');
    const master = Eshm.open(name, { role: 'master' });
    endpoints.push(master);
    const heard: Message[] = [];
    plain.subscribe(`eshm.${name}.m2s`, { callback: (_, message) => heard.push(message) });
    await plain.flush();
    const made = await start(name, { as: 'near', gateway: true });
    await carries(made);
    await until('a slave', () => master.remoteAlive);
    master.write('hello');
    await until('the message', () => heard.length === 1);
    assert.equal(Buffer.from(heard[0]!.data).toString(), 'hello');
    const headers = heard[0]!.headers!;
    assert.deepEqual(
      ['Eshm-Count', 'Eshm-Missed', 'Eshm-Generation'].map((key) => headers.get(key)),
      ['1', '0', '1'],
    );
    assert.match(headers.get('Eshm-Writer'), /^\S+\/1\/\d+$/);
    plain.publish(`eshm.${name}.s2m`, Buffer.from('from anybody'));
    assert.equal(`${await master.read({ timeoutMs: 120_000 })}`, 'from anybody');
  });

  it('far, as a gateway: a plain client writes to a slave; what is too large or has a wrong header is dropped', async () => {
    const name = uniqueName('bridge');
    const made = await start(name, { as: 'far', gateway: true, maxDataSize: 64 });
    const dropped: string[] = [];
    made.on('dropped', (_, reason) => dropped.push(reason));
    await carries(made);
    const slave = await Eshm.connect(name, { maxDataSize: 64 });
    endpoints.push(slave);
    const subject = `eshm.${name}.m2s`;
    plain.publish(subject, Buffer.from('go'));
    assert.equal(`${await slave.read({ timeoutMs: 120_000 })}`, 'go');
    plain.publish(subject, Buffer.alloc(65, 1));
    const headers = client.headers();
    headers.set('Eshm-Writer', 'nonsense');
    plain.publish(subject, Buffer.from('bad'), { headers });
    const foreign = client.headers();
    for (const [key, value] of [
      ['Eshm-Writer', 'abc/1/1'],
      ['Eshm-Count', '1'],
      ['Eshm-Missed', '0'],
      ['Eshm-Generation', '1'],
    ] as const) {
      foreign.set(key, value);
    }
    plain.publish(subject, Buffer.from('of no bridge that is here'), { headers: foreign });
    plain.publish(`eshm.${name}.state`, 'not json');
    plain.publish(subject, Buffer.alloc(64, 2));
    assert.ok((await slave.read({ timeoutMs: 120_000 })).equals(Buffer.alloc(64, 2)));
    assert.equal(made.stats()[0]!.dropped, 3);
    // One line a second.
    assert.deepEqual(dropped, ['it has 65 bytes, expected 64 at most (maxDataSize)']);
    assert.deepEqual([made.stats()[0]!.received, slave.missed], [2, 0]);
  });

  it('without a gateway nobody lives until another bridge is there', async () => {
    const name = uniqueName('bridge');
    const master = Eshm.open(name, { role: 'master' });
    endpoints.push(master);
    const made = await start(name, { as: 'near' });
    await until('told', () => made.channels[0]?.reason === 'no bridge at the far end');
    await sleep(200);
    assert.equal(master.remoteAlive, false);
    assert.equal(made.channels[0]?.state, 'waiting');
  });

  it('a signal ends it, before and after it has started', async () => {
    const name = uniqueName('bridge');
    const stop = new AbortController();
    const made = await start(name, { as: 'far', gateway: true, signal: stop.signal });
    await carries(made);
    const closed = new Promise((resolve) => made.once('closed', resolve));
    stop.abort();
    assert.equal(await closed, undefined);
    await assert.rejects(
      bridge(name, { servers: nats.url, signal: AbortSignal.abort(new Error('early')) }),
      /early/,
    );
    const late = AbortSignal.timeout(300);
    const servers = `nats://127.0.0.1:${await freePort()}`;
    await assert.rejects(bridge(name, { servers, signal: late }), { name: 'TimeoutError' });
  });

  it('no server: one notice, growing pauses, and ESHM_TIMEOUT after waitMs', async () => {
    const servers = `nats://127.0.0.1:${await freePort()}`;
    const notices: string[] = [];
    await assert.rejects(
      bridge('robot', {
        servers,
        waitMs: 700,
        on: (made) => made.on('notice', (text) => notices.push(text)),
      }),
      (error) =>
        error instanceof EshmError &&
        error.code === 'ESHM_TIMEOUT' &&
        /^Cannot connect to 127\.0\.0\.1:\d+: the connection was refused, expected it within 700 ms$/.test(
          error.message,
        ),
    );
    assert.equal(notices.length, 1);
    assert.match(
      notices[0]!,
      /^no server at 127\.0\.0\.1:\d+ yet: the connection was refused; trying again$/,
    );
  });

  it('a message over max_payload is refused at the start, with both numbers', async () => {
    await assert.rejects(start(uniqueName('bridge'), { as: 'far', maxDataSize: 1024 * 1024 }), (error) => {
      assert.ok(error instanceof EshmError && error.code === 'ESHM_BUFFER_TOO_SMALL');
      assert.match(
        error.message,
        /maxDataSize is 1048576 bytes, and the max_payload of the server is 1048576, expected 1049088 or more/,
      );
      return true;
    });
  });

  it('a server that comes back with a smaller max_payload ends the bridge, with both numbers', async () => {
    const made = await start(uniqueName('bridge'), { as: 'far', gateway: true, maxDataSize: 4096 });
    await carries(made);
    const ended = new Promise<Error | undefined>((resolve) => made.once('closed', resolve));
    await nats.kill();
    await nats.start('max_payload: 4096');
    const error = await ended;
    assert.ok(error instanceof EshmError && error.code === 'ESHM_BUFFER_TOO_SMALL', String(error));
    assert.match(
      error.message,
      /maxDataSize is 4096 bytes, and the max_payload of the server is 4096, expected 4608/,
    );
  });

  it('wrong credentials are refused at once and said without them; right ones are not in ps', async () => {
    await using guarded = await NatsServer.start({
      config: 'authorization { users = [{ user: "eshm", password: "s3cret" }] }',
    });
    await assert.rejects(
      bridge('robot', { servers: guarded.url, user: 'eshm', password: 'wr0ng' }),
      (error) => {
        assert.ok(error instanceof EshmError);
        assert.match(error.message, /the server refused the credentials/);
        assert.doesNotMatch(`${error.message}${error.stack}`, /wr0ng/);
        return true;
      },
    );
    const folder = mkdtempSync(join(tmpdir(), 'eshm-bridge-'));
    try {
      const password = join(folder, 'password');
      writeFileSync(password, 's3cret\n', { mode: 0o600 });
      const args = [
        'robot',
        '--as',
        'far',
        '--nats',
        guarded.url,
        '--user',
        'eshm',
        '--password-file',
        password,
      ];
      const run = new BridgeProcess([], args, {});
      await run.reach('waiting');
      const shown = readFileSync(`/proc/${run.child.pid}/cmdline`, 'latin1');
      assert.doesNotMatch(shown, /s3cret/);
      assert.equal(readFileSync(`/proc/${run.child.pid}/comm`, 'latin1').trim(), 'eshm-bridge');
      await run.quit();
      assert.doesNotMatch(JSON.stringify(run.lines) + run.stderr, /s3cret/);
      const inUrl = new BridgeProcess([], ['robot', '--as', 'far'], {
        NATS_URL: `nats://eshm:s3cret@127.0.0.1:${guarded.port}`,
      });
      await inUrl.reach('waiting');
      await inUrl.quit();
      assert.doesNotMatch(JSON.stringify(inUrl.lines) + inUrl.stderr, /s3cret/);
      const onLine = new BridgeProcess([], ['robot', '--nats', 'nats://eshm:s3cret@127.0.0.1'], {});
      assert.equal((await onLine.ended()).code, 2);
      assert.match(onLine.stderr, /can be read by everybody/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('a token, an NKey', async () => {
    await using token = await NatsServer.start({ config: 'authorization { token: "t0ken" }' });
    await assert.rejects(bridge('robot', { servers: token.url }), /refused the credentials/);
    bridges.push(await bridge('robot', { servers: token.url, token: 't0ken', as: 'far' }));
    const nkeys: string = '@nats-io/nkeys';
    const { createUser } = (await import(nkeys)) as {
      createUser(): { getPublicKey(): string; getSeed(): Uint8Array };
    };
    const user = createUser();
    await using keyed = await NatsServer.start({
      config: `authorization { users = [{ nkey: ${user.getPublicKey()} }] }`,
    });
    const folder = mkdtempSync(join(tmpdir(), 'eshm-bridge-'));
    try {
      const nkeyFile = join(folder, 'seed');
      writeFileSync(nkeyFile, Buffer.from(user.getSeed()), { mode: 0o600 });
      bridges.push(await bridge('robot2', { servers: keyed.url, nkeyFile, as: 'far' }));
      writeFileSync(nkeyFile, Buffer.from(createUser().getSeed()));
      await assert.rejects(bridge('robot2', { servers: keyed.url, nkeyFile }), /refused the credentials/);
      await refusesFile(nkeyFile, 'no seed at all', { servers: keyed.url, nkeyFile });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('a credentials file, of a server that trusts who signed it', async () => {
    const nkeys: string = '@nats-io/nkeys';
    const { createOperator, createAccount, createUser } = (await import(nkeys)) as Record<string, () => Key>;
    const [operator, account, user] = [createOperator!(), createAccount!(), createUser!()];
    const unlimited = { subs: -1, data: -1, payload: -1 };
    const ofAccount = { ...unlimited, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
    const config = [
      `operator: "${signed(operator, operator, { type: 'operator' })}"`,
      'resolver: MEMORY',
      `resolver_preload: { ${account.getPublicKey()}: "${signed(account, operator, { type: 'account', limits: ofAccount })}" }`,
    ].join('\n');
    await using guarded = await NatsServer.start({ config });
    const folder = mkdtempSync(join(tmpdir(), 'eshm-bridge-'));
    try {
      const credsFile = join(folder, 'user.creds');
      const write = (signer: Key) => {
        const jwt = signed(user, signer, { type: 'user', ...unlimited });
        const seed = Buffer.from(user.getSeed()).toString();
        writeFileSync(
          credsFile,
          `-----BEGIN NATS USER JWT-----\n${jwt}\n------END NATS USER JWT------\n\n` +
            `-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`,
          { mode: 0o600 },
        );
      };
      write(account);
      bridges.push(await bridge('robot', { servers: guarded.url, credsFile, as: 'far' }));
      const run = new BridgeProcess([], ['robot2', '--as', 'far', '--nats', guarded.url], {
        NATS_CREDS: credsFile,
      });
      await run.reach('waiting');
      await run.quit();
      assert.doesNotMatch(JSON.stringify(run.lines) + run.stderr, /eyJ|BEGIN|SU[A-Z0-9]{20}/);
      write(createAccount!());
      await assert.rejects(bridge('robot', { servers: guarded.url, credsFile }), /refused the credentials/);
      await refusesFile(credsFile, 'no credentials at all', { servers: guarded.url, credsFile });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('TLS with a certificate of both sides; without them, or with one for another host, it says so', async function () {
    if (spawnSync('openssl', ['version']).status !== 0) needsCommand(this, 'openssl', 'openssl');
    const folder = mkdtempSync(join(tmpdir(), 'eshm-tls-'));
    const file = (name: string) => join(folder, name);
    const openssl = (...args: string[]) => {
      const { status, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
      assert.equal(status, 0, stderr);
    };
    try {
      const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
      openssl(
        'req',
        '-x509',
        ...key,
        '-keyout',
        'ca.key',
        '-out',
        'ca.pem',
        '-subj',
        '/CN=test-ca',
        '-days',
        '2',
      );
      for (const [who, names] of [
        ['server', 'IP:127.0.0.1'],
        ['elsewhere', 'DNS:elsewhere.example'],
        ['client', 'DNS:client'],
      ] as const) {
        writeFileSync(file(`${who}.ext`), `subjectAltName=${names}\n`);
        openssl('req', ...key, '-keyout', `${who}.key`, '-out', `${who}.csr`, '-subj', `/CN=${who}`);
        const sign = [
          '-CA',
          'ca.pem',
          '-CAkey',
          'ca.key',
          '-CAcreateserial',
          '-extfile',
          `${who}.ext`,
          '-days',
          '2',
        ];
        openssl('x509', '-req', '-in', `${who}.csr`, '-out', `${who}.pem`, ...sign);
      }
      const tlsOf = (who: string) =>
        `tls { cert_file: "${file(`${who}.pem`)}", key_file: "${file(`${who}.key`)}", ca_file: "${file('ca.pem')}", verify: true }`;
      await using secure = await NatsServer.start({ config: tlsOf('server') });
      await using other = await NatsServer.start({ config: tlsOf('elsewhere') });
      const tlsCaFile = file('ca.pem');
      const own = { tlsCertFile: file('client.pem'), tlsKeyFile: file('client.key') };
      bridges.push(await bridge('robot', { servers: secure.url, tlsCaFile, ...own, as: 'far' }));
      const fails = (servers: string, options: BridgeOptions, says: RegExp) =>
        assert.rejects(bridge('robot3', { servers, waitMs: 3000, as: 'far', ...options }), (error: Error) => {
          assert.match(error.message, says);
          return error instanceof EshmError;
        });
      await fails(secure.url, { ...own }, /TLS failed .*check the CA certificate/);
      await fails(other.url, { tlsCaFile, ...own }, /TLS failed .*names its host/);
      await fails(nats.url, { tlsCaFile }, /TLS failed/);
      await fails(secure.url, { tlsCaFile }, /asks its clients for a certificate|TLS failed/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('a file of channels is read anew on SIGHUP: some end, some start, others go on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'eshm-bridge-'));
    const [one, two, three] = [uniqueName('bridge'), uniqueName('bridge'), uniqueName('bridge')];
    try {
      const config = join(folder, 'bridge.json');
      const write = (...channels: unknown[]) =>
        writeFileSync(config, JSON.stringify({ servers: nats.url, as: 'far', gateway: true, channels }));
      write(one, { name: two, delivery: 'acknowledged' });
      const run = new BridgeProcess([], ['--config', config], {});
      await run.reach('carrying', one);
      await run.reach('carrying', two);
      const slave = await Eshm.connect(one);
      endpoints.push(slave);
      write(one, { name: three, delivery: 'acknowledged' });
      run.child.kill('SIGHUP');
      await run.reach('closed', two);
      await run.reach('carrying', three);
      assert.equal(
        run.lines.filter(({ name, event }) => event === 'state' && name === one).at(-1)?.state,
        'carrying',
      );
      writeFileSync(config, '{ wrong');
      run.child.kill('SIGHUP');
      await run.line(
        ({ event, text }) => event === 'notice' && /was not taken: .*expected JSON/.test(`${text}`),
      );
      assert.ok(slave.remoteAlive);
      await run.quit();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('a server that stands still is not waited for: its clients are gone for each other, and come back', async () => {
    const { nats: server, near, far } = await startPair('robot');
    const reason = (run: BridgeProcess) => run.lines.findLast(({ event }) => event === 'state')?.reason;
    await until('near knows far', () => reason(near) === 'no live master here');
    await until('far knows near', () => reason(far) === 'no live master at the near end');
    server.signal('SIGSTOP');
    await until('far misses near', () => /no (bridge|server)/.test(`${reason(far)}`));
    server.signal('SIGCONT');
    await until('far knows near again', () => reason(far) === 'no live master at the near end');
  });
});
