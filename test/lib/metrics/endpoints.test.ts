import assert from 'node:assert/strict';
import * as client from 'prom-client';
import { Registry, register } from 'prom-client';
import { layoutFor } from '../../../layout/index.js';
import { Eshm } from '../../../lib/index.js';
import { metrics } from '../../../lib/metrics/index.js';
import { f64, record } from '../../../lib/record/index.js';
import { Segment } from '../../../syscalls/index.js';
import { assertNothingLeft, segmentOf, uniqueName, until } from '../../support/channels.js';

describe('metrics(endpoint)', () => {
  let name: string;
  let registry: Registry;
  let master: Eshm;
  let slave: Eshm<string>;

  beforeEach(() => {
    name = uniqueName('metrics');
    registry = new Registry();
    master = Eshm.open(name, { role: 'master' });
    slave = Eshm.open(name, { role: 'slave', encoding: 'utf8' });
  });
  afterEach(() => {
    slave.close();
    master.close();
    register.clear();
    assertNothingLeft();
  });

  /** Values by series, those of one endpoint: `written_total` for `eshm_endpoint_written_total{channel=...,role=...}`. */
  async function valuesOf(role: string, from = registry): Promise<Record<string, number>> {
    const lines = (await from.metrics()).split('\n');
    const mine = lines.filter((line) => line.includes(`channel="${name}",role="${role}"`));
    return Object.fromEntries(
      mine.map((line) => {
        const [, series, labels, value] = /^eshm_endpoint_(\w+)\{(.*)\} (\S+)$/.exec(line)!;
        const state = /state="(\w+)"/.exec(labels!)?.[1];
        return [state === undefined ? series! : `${series} ${state}`, Number(value)];
      }),
    );
  }

  it('says what an endpoint has written, read, missed and could not take, and how it is', async () => {
    await metrics(master, { register: registry });
    await metrics(slave, { register: registry });
    for (const text of ['1', '2', '3']) master.write(text);
    assert.equal(slave.tryRead(), '3');
    slave.write('4');
    const raw = Segment.attach(segmentOf(name)!.id);
    const { slaveToMaster, channel } = layoutFor();
    raw.bytes.writeUInt32LE(4097, slaveToMaster + channel.dataSize);
    raw.detach();
    assert.throws(() => master.tryRead(), { code: 'ESHM_CORRUPT' });
    await until('both beat', () => master.remoteAlive && slave.remoteAlive);
    const connected = {
      'state connected': 1,
      'state stale': 0,
      'state reconnecting': 0,
      'state disconnected': 0,
    };
    assert.deepEqual(await valuesOf('master'), {
      written_total: 3,
      read_total: 0,
      missed_total: 0,
      corrupt_total: 1,
      retries_total: 0,
      peer_alive: 1,
      ...connected,
    });
    assert.deepEqual(await valuesOf('slave'), {
      written_total: 1,
      read_total: 1,
      missed_total: 2,
      corrupt_total: 0,
      retries_total: 0,
      peer_alive: 1,
      ...connected,
    });
    master.write('5');
    assert.equal((await valuesOf('master')).written_total, 4, 'anew at every scrape, never added up');
  });

  it('takes the registry of the process where none is given', async () => {
    await metrics(master);
    assert.equal((await valuesOf('master', register)).written_total, 0);
  });

  it('makes the series with the module that is given, as a bundle has it', async () => {
    const made: string[] = [];
    class Counter extends client.Counter {
      constructor(options: ConstructorParameters<typeof client.Counter>[0]) {
        super(options);
        made.push(options.name);
      }
    }
    await metrics(master, { client: { ...client, Counter, register: registry } });
    assert.equal(made.length, 5);
    assert.equal((await valuesOf('master')).written_total, 0);
    // What a CommonJS module is to `import()` in some bundles.
    await metrics(slave, { client: { default: client } as never });
    assert.equal((await valuesOf('slave', register)).written_total, 0);
  });

  it('refuses another option, and what is not the module', async () => {
    for (const [options, expected] of [
      [{ registry }, /there is no option 'registry', expected one of 'register', 'client'$/],
      [
        { client: registry },
        /client is without Counter, Gauge and register, expected the module prom-client$/,
      ],
      [{ client: null }, /client is null, expected the module prom-client$/],
      [{ client: 'prom-client' }, /client is of type string, expected the module prom-client$/],
    ] as const) {
      await assert.rejects(metrics(master, options as never), (error) => {
        assert.ok(error instanceof TypeError);
        assert.match(error.message, expected);
        return true;
      });
    }
  });

  it('takes an endpoint of records', async () => {
    const Pose = record('Pose', { x: f64 });
    using third = Eshm.open(`${name}-pose`, { role: 'master', record: Pose });
    await metrics(third, { register: registry });
    assert.match(await registry.metrics(), new RegExp(`written_total\\{channel="${name}-pose"`));
  });

  it('a closed endpoint has no series any more, and one that is opened again has', async () => {
    await metrics(slave, { register: registry });
    slave.close();
    assert.deepEqual(await valuesOf('slave'), {});
    slave = Eshm.open(name, { role: 'slave', encoding: 'utf8' });
    await metrics(slave, { register: registry });
    assert.equal((await valuesOf('slave')).read_total, 0);
  });

  it('refuses what is no endpoint', async () => {
    for (const wrong of [undefined, {}, 'robot']) {
      await assert.rejects(metrics(wrong as never, { register: registry }), TypeError);
    }
    assert.equal(await registry.metrics(), '\n');
  });

  it('begins anew in a registry that was cleared', async () => {
    await metrics(slave, { register: registry });
    registry.clear();
    await metrics(master, { register: registry });
    assert.equal((await valuesOf('master')).written_total, 0);
    assert.deepEqual(await valuesOf('slave'), {});
  });

  it('adds the series that somebody has removed, for all of its endpoints', async () => {
    await metrics(slave, { register: registry });
    const all = await valuesOf('slave');
    for (const name of ['written_total', 'retries_total', 'state', 'peer_alive']) {
      registry.removeSingleMetric(`eshm_endpoint_${name}`);
      await metrics(master, { register: registry });
      assert.deepEqual(Object.keys(await valuesOf('slave')).sort(), Object.keys(all).sort());
    }
    assert.equal((await valuesOf('master')).written_total, 0);
  });

  it('leaves the deltas of stats() to who uses them', async () => {
    await metrics(master, { register: registry });
    const { masterHeartbeat: before } = master.stats();
    await until('a beat', () => master.stats({ keepDeltas: true }).masterHeartbeat > before);
    await registry.metrics();
    const { masterHeartbeat, masterHeartbeatDelta } = master.stats();
    assert.equal(masterHeartbeatDelta, masterHeartbeat - before);
    assert.ok(masterHeartbeatDelta > 0n);
  });
});
