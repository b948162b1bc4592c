/*
 * Channels over two bridges and one server, all on this machine, the two ends in IPC namespaces of their own. Needs root,
 * nats-server and a checkout. Nothing is pinned: five processes share the cores.
 *
 * bridge-rtt-64: a Node master writes 64 bytes and awaits `read()`, a Node slave behind both bridges awaits and writes
 * back; each trip timed on its own. bridge-rtt-64-nats: the same size there and back as a bare NATS request over the same
 * server. bridge-rtt-64-tcp: a bare TCP echo of two Node processes.
 *
 * bridge-one-way-64: a message every 15 to 45 ms, so that every process on the way is parked; from just before the write
 * to the line after `await` behind both bridges (CLOCK_MONOTONIC).
 *
 * bridge-rate-64: the master writes 20,000 messages a second; those that are written at the far end. One is on its way at a
 * time, so this is the rate of round trips between two bridges. bridge-rate-64-nats: bare publishing of the same
 * size as fast as a client can, many at a time. bridge-rate-65536 and bridge-rate-65536-nats: the same with 64 KiB.
 *
 * bridge-idle-cpu: CPU of the near bridge with one channel that carries nothing, an endpoint's heartbeat included.
 * bridge-idle-cpu-channel: what each of ten channels more costs it.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { BridgeProcess, Machine } from '../../test/bridge/machine.js';
import type { NatsServer } from '../../test/bridge/nats-server.js';
import { PeerProcess } from '../../test/peers/peer-process.js';
import type { Bench } from '../bench.js';
import { Driver } from '../driver.js';
import type { Round, Scenario } from '../scenario.js';
import { median } from '../statistics.js';

/** What is of a checkout only; a variable, because the published package has none of it. */
const TOOLS = ['../../test/bridge/machine.js', '../../test/bridge/nats-server.js'] as const;

interface Tools {
  readonly Machine: typeof Machine;
  readonly NatsServer: typeof NatsServer;
  readonly missingNats: () => string | undefined;
  readonly missingNamespaces: () => string | undefined;
}

async function loadTools(): Promise<Tools> {
  const [machine, server] = await Promise.all(TOOLS.map((path) => import(path)));
  return { ...machine, ...server };
}

async function missing(): Promise<string | undefined> {
  try {
    const { missingNats, missingNamespaces } = await loadTools();
    return missingNats() ?? missingNamespaces();
  } catch {
    return 'it is measured in a checkout only';
  }
}

/** A message a parked reader waits for, at least, in ms. */
const LEAST_PARKED_MS = 15;

/** Time from one write to the next, in ns. Without a pause nobody reads a whole message of 64 KiB while it lasts. */
const PERIOD_NS = 50_000;

/** Writes: a second of writing. */
const WRITES = 20_000;

/** Messages of a flood. */
const FLOOD = { 64: 200_000, 65536: 10_000 } as const;

const SIZES = [64, 65_536] as const;

/** Channels that nobody uses. */
const OTHERS = 10;

/** Ticks of /proc a second. */
const TICKS = 100;

interface Place {
  readonly master: Driver;
  readonly slave: Driver;
  readonly near: BridgeProcess;
  readonly far: BridgeProcess;
}

/** Runs `work` with a channel that is bridged, and takes everything down again. */
async function bridged(
  bench: Bench,
  work: (place: Place) => Promise<Round>,
  { size = 4096, others = 0 } = {},
): Promise<Round> {
  const { Machine, NatsServer } = await loadTools();
  const name = bench.name();
  const more = Array.from({ length: others }, () => bench.name());
  const nats = await NatsServer.start();
  const [a, b] = [await Machine.make(), await Machine.make()];
  const drivers: Driver[] = [];
  try {
    const [near, far] = [a, b].map((machine, i) =>
      machine.bridge([
        ...[name, ...more],
        ...[
          '--as',
          i === 0 ? 'near' : 'far',
          '--nats',
          nats.url,
          '--max-data-size',
          `${size}`,
          '--shm',
          'system-v',
        ],
      ]),
    ) as [BridgeProcess, BridgeProcess];
    const script = fileURLToPath(new URL('../node/driver.js', import.meta.url));
    const [master, slave] = [a, b].map(({ under }) => {
      const [program, ...args] = [...under, process.execPath, '--enable-source-maps', script];
      const driver = new Driver(new PeerProcess(program!, args, process.env));
      drivers.push(driver);
      return driver;
    }) as [Driver, Driver];
    await master.command(`open master ${name} atomics adaptive ${size}`);
    if (others > 0) await master.command(`open-others ${more.join(' ')}`);
    await far.reach('carrying');
    await slave.command(`open slave ${name} atomics adaptive ${size}`);
    await near.reach('carrying');
    await sleep(500);
    return await work({ master, slave, near, far });
  } finally {
    await Promise.all(drivers.map((driver) => driver.quit()));
    await Machine.endAll();
    await NatsServer.killAll();
  }
}

function row(id: string, unit: Scenario['unit'], round: (bench: Bench) => Promise<Round>): Scenario {
  const start = async (bench: Bench) => ({ round: () => round(bench), stop: async () => {} });
  return { id, group: 'bridge', unit, once: true, missing, start };
}

/** Trips over a transport of bench/node/transports. */
async function trips(bench: Bench, transport: string, place: string): Promise<Round> {
  const [ping, echo] = [0, 1].map(() => bench.script('pipes.js', undefined, [transport])) as [Driver, Driver];
  try {
    await echo.command(`listen ${place}`);
    await ping.command(`connect ${place}`);
    await ping.figures(`ping 64 ${bench.amounts.slowTrips}`);
    const samplesNs = await ping.figures(`ping 64 ${bench.amounts.slowTrips * 4}`);
    return { value: median(samplesNs), samplesNs };
  } finally {
    await Promise.all([ping.quit(), echo.quit()]);
  }
}

async function withServer(work: (url: string) => Promise<Round>): Promise<Round> {
  const { NatsServer } = await loadTools();
  const nats = await NatsServer.start();
  try {
    return await work(nats.url);
  } finally {
    await nats.remove();
  }
}

/** CPU of a process so far, in ms. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
}

/** CPU of a near bridge with one channel and some others, none of which carries anything; % of a core. */
async function idleCpu(bench: Bench, others: number): Promise<number> {
  const { value } = await bridged(
    bench,
    async ({ near }) => {
      const [before, startMs] = [cpuMs(near.child.pid!), performance.now()];
      await sleep(5 * bench.amounts.idleMs);
      return { value: (100 * (cpuMs(near.child.pid!) - before)) / (performance.now() - startMs) };
    },
    { others },
  );
  return value;
}

export const bridge: Scenario[] = [
  row('bridge-rtt-64', 'ns', (bench) =>
    bridged(bench, async ({ master, slave }) => {
      const count = bench.amounts.slowTrips;
      const [, samplesNs] = await Promise.all([
        // One more than asked for: each of the two series below has a first trip that is not timed.
        slave.command(`awaited-echo ${count * 5 + 1}`),
        master.figures(`awaited-ping 64 ${count}`).then(() => master.figures(`awaited-ping 64 ${count * 4}`)),
      ]);
      return { value: median(samplesNs), samplesNs };
    }),
  ),
  row('bridge-rtt-64-nats', 'ns', (bench) => withServer((url) => trips(bench, 'nats', url))),
  row('bridge-rtt-64-tcp', 'ns', (bench) => trips(bench, 'tcp', `${20_000 + (process.pid % 10_000)}`)),
  row('bridge-one-way-64', 'ns', (bench) =>
    bridged(bench, async ({ master, slave }) => {
      const wakes = Math.min(300, bench.amounts.wakes);
      const [samplesNs] = await Promise.all([
        slave.figures(`roused ${wakes}`),
        master.command(`rouse ${wakes} ${LEAST_PARKED_MS}`),
      ]);
      return { value: median(samplesNs), samplesNs };
    }),
  ),
  ...SIZES.flatMap((size) => [
    row(`bridge-rate-${size}`, 'msg/s', (bench) =>
      bridged(
        bench,
        async ({ master, far }) => {
          const [before, startMs] = [(await far.stats()).received!, performance.now()];
          await master.command(`paced ${WRITES} ${PERIOD_NS} ${size}`);
          const tookMs = performance.now() - startMs;
          return { value: (((await far.stats()).received! - before) * 1000) / tookMs };
        },
        { size },
      ),
    ),
    row(`bridge-rate-${size}-nats`, 'msg/s', (bench) =>
      withServer(async (url) => {
        const driver = bench.script('pipes.js', undefined, ['nats']);
        try {
          await driver.command(`connect ${url}`);
          await driver.command(`flood ${size} ${FLOOD[size] / 10}`);
          return { value: await driver.figure(`flood ${size} ${FLOOD[size]}`) };
        } finally {
          await driver.quit();
        }
      }),
    ),
  ]),
  row('bridge-idle-cpu', '% of a core', async (bench) => ({ value: await idleCpu(bench, 0) })),
  row('bridge-idle-cpu-channel', '% of a core', async (bench) => {
    const [one, many] = [await idleCpu(bench, 0), await idleCpu(bench, OTHERS)];
    return { value: (many - one) / OTHERS };
  }),
];
