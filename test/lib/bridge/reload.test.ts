/** Another list of channels at a moment that does not suit: before there is a server, and one that cannot start. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bridge, bridge } from '../../../lib/bridge/index.js';
import { EshmError } from '../../../lib/index.js';
import { BridgeProcess } from '../../bridge/machine.js';
import { NatsServer } from '../../bridge/nats-server.js';
import { endPairs, needsBridge } from '../../bridge/pair.js';
import { removeLeftovers, uniqueName, until } from '../../support/channels.js';

describe('another list for eshm/bridge', () => {
  let nats: NatsServer;
  let folder: string;
  const bridges: Bridge[] = [];
  const runs: BridgeProcess[] = [];

  before(function () {
    needsBridge(this);
  });

  beforeEach(async () => {
    nats = await NatsServer.start();
    folder = mkdtempSync(join(tmpdir(), 'eshm-bridge-'));
  });

  afterEach(async () => {
    for (const one of bridges.splice(0)) await one.close();
    for (const run of runs.splice(0)) if (run.running) await run.quit();
    await endPairs();
    rmSync(folder, { recursive: true });
    assert.deepEqual(removeLeftovers(), []);
  });

  const isOverPayload = (error: unknown) =>
    error instanceof EshmError && error.code === 'ESHM_BUFFER_TOO_SMALL';

  it('before there is a server: it is what the bridge starts with, and goes on with when the server was lost', async () => {
    const [one, two, three] = [uniqueName('bridge'), uniqueName('bridge'), uniqueName('bridge')];
    const config = join(folder, 'bridge.json');
    const write = (...channels: string[]) =>
      writeFileSync(config, JSON.stringify({ servers: nats.url, as: 'far', gateway: true, channels }));
    await nats.kill();
    write(one, two);
    const run = new BridgeProcess([], ['--config', config, '--wait', '0'], {});
    runs.push(run);
    // The notice that there is no server comes on standard output as an object, like all lines with --json.
    await run.line(({ event, text }) => event === 'notice' && /^no server at/.test(`${text}`));
    write(two, three);
    run.child.kill('SIGHUP');
    await run.line(({ text }) => /was read anew: 2 channels/.test(`${text}`));
    await nats.start();
    for (const name of [two, three]) await run.reach('carrying', name);
    await nats.kill();
    for (const name of [two, three]) await run.reach('waiting', name);
    await nats.start();
    for (const name of [two, three]) await run.reach('carrying', name);
    assert.equal(run.state(one), undefined);
    assert.equal(run.stderr, '');
    await run.quit();
  });

  it('a channel that cannot start is not there, and is tried again with the next list', async () => {
    const [small, large] = [uniqueName('bridge'), uniqueName('bridge')];
    await nats.kill();
    await nats.start('max_payload: 4096');
    const options = { as: 'far', gateway: true } as const;
    const made = await bridge({ name: small, maxDataSize: 64 }, { ...options, servers: nats.url });
    bridges.push(made);
    const list = [
      { name: small, maxDataSize: 64 },
      { name: large, maxDataSize: 8192 },
    ];
    const states = () => made.channels.map(({ name, state }) => `${name} ${state}`);
    await until('carrying', () => states().includes(`${small} carrying`));
    await assert.rejects(made.reload(list, options), isOverPayload);
    assert.deepEqual(states(), [`${small} carrying`]);
    assert.deepEqual(
      made.stats().map(({ name }) => name),
      [small],
    );
    await nats.kill();
    await until('the server is missed', () => made.channels[0]?.state === 'waiting');
    await nats.start('max_payload: 65536');
    await until('it carries again', () => made.channels[0]?.state === 'carrying');
    await made.reload(list, options);
    await until('both carry', () => states().every((state) => state.endsWith(' carrying')));
    assert.equal(states().length, 2);
  });

  it('a list that overtakes another one that has not started yet wins', async () => {
    const [kept, changed] = [uniqueName('bridge'), uniqueName('bridge')];
    const options = { as: 'far', gateway: true } as const;
    // The earliest moment at which there is a server.
    const on = (one: Bridge) => one.once('server', () => void one.reload(kept, options));
    const made = await bridge(changed, { ...options, servers: nats.url, on });
    bridges.push(made);
    assert.deepEqual(
      made.channels.map(({ name }) => name),
      [kept],
    );
    const first = made.reload([kept, { name: changed, maxDataSize: 2 ** 22 }], options);
    const second = made.reload([kept, { name: changed, maxDataSize: 64 }], options);
    await assert.rejects(first, isOverPayload);
    await second;
    await until('both carry', () => made.channels.every(({ state }) => state === 'carrying'));
    await sleep(100);
    assert.deepEqual(
      made.channels.map(({ name }) => name),
      [kept, changed],
    );
  });
});
