import type { Counter, Gauge, Registry } from 'prom-client';
import { describe } from '../../layout/describe.js';
import { checkOptions } from '../checks/index.js';
import { Eshm, type EshmStats } from '../index.js';
import { loadPromClient, type PromClient } from './prom-client.js';

/** Options of {@link metrics}. */
export interface MetricsOptions {
  /** The registry that gets the series; `register` of `prom-client`, the one of the process, by default. */
  readonly register?: Registry | undefined;
  /**
   * The module `prom-client`, as `import * as client from 'prom-client'` has it; the one in `node_modules` by default. For
   * a bundle that takes `prom-client` in: its copy has a `register` of its own, and may be the only one there is.
   */
  readonly client?: PromClient | undefined;
}

const OPTIONS: Readonly<Record<keyof MetricsOptions, true>> = { register: true, client: true };

/** An endpoint, whatever its messages are. */
// biome-ignore lint/suspicious/noExplicitAny: what is written is contravariant, and this is any endpoint
export type AnyEshm = Eshm<any, any, any>;

/** What is done, for messages. */
const ACTION = 'add an endpoint to the metrics';

/** Labels of every series. */
const LABELS = ['channel', 'role'] as const;
type Label = (typeof LABELS)[number];

/** A counter of an endpoint: its name, what it counts, and where that stands. */
type CounterSpec = readonly [
  name: string,
  help: string,
  take: (stats: EshmStats, isMaster: boolean) => number,
];

const COUNTERS: readonly CounterSpec[] = [
  [
    'eshm_endpoint_written_total',
    "Messages written in this endpoint's direction, by it and those that had its role before",
    ({ m2sWriteCount, s2mWriteCount }, isMaster) => Number(isMaster ? m2sWriteCount : s2mWriteCount),
  ],
  [
    'eshm_endpoint_read_total',
    'Messages read in the direction that this endpoint reads, by it and those that had its role before',
    ({ m2sReadCount, s2mReadCount }, isMaster) => Number(isMaster ? s2mReadCount : m2sReadCount),
  ],
  [
    'eshm_endpoint_missed_total',
    'Messages that were overwritten before this endpoint read them',
    ({ missed }) => missed,
  ],
  [
    'eshm_endpoint_corrupt_total',
    'Messages that no read of this endpoint could take',
    ({ corrupt }) => corrupt,
  ],
  [
    'eshm_endpoint_retries_total',
    'Copies that this endpoint threw away because the writer was at work meanwhile',
    ({ retries }) => retries,
  ],
];

const PEER_ALIVE = 'eshm_endpoint_peer_alive';
const STATE = 'eshm_endpoint_state';

/** Names of all series. */
const SERIES = [...COUNTERS.map(([name]) => name), PEER_ALIVE, STATE];

const STATES = ['connected', 'stale', 'reconnecting', 'disconnected'] as const;

/** The endpoints of a registry, by their labels: a later one of the same name and role takes the place of an earlier. */
const observed = new WeakMap<Registry, Map<string, AnyEshm>>();

/**
 * Adds an endpoint to a registry of `prom-client`: what it has written, read, missed and could not take, its state, and
 * whether its peer lives, with the labels `channel` (the name) and `role`. A closed endpoint has no series any more.
 *
 * Nothing happens until the registry is asked, which takes some microseconds for each endpoint then. For the channels of
 * other processes see `eshm metrics`.
 *
 * @param endpoint - an open endpoint of this thread
 * @param options - `register`, and `client` in a bundle
 * @throws {TypeError} for anything but an endpoint, and for an option that does not exist or is something else
 * @throws {EshmError} ESHM_UNSUPPORTED when `prom-client` is not installed, and the option `client` not given
 *
 * @example
 * import { metrics } from 'eshm/metrics';
 * import { register } from 'prom-client';
 * await metrics(master);
 * console.log(await register.metrics());
 */
export async function metrics(endpoint: AnyEshm, options: MetricsOptions = {}): Promise<void> {
  checkOptions(ACTION, options, OPTIONS);
  const client =
    options.client === undefined
      ? await loadPromClient(ACTION, '; in a bundle that has it inside, give it as the option client')
      : promClient(options.client);
  if (!(endpoint instanceof Eshm)) {
    throw new TypeError(`Cannot add an endpoint to the metrics: it is ${String(endpoint)}, expected an Eshm`);
  }
  const register = options.register ?? client.register;
  const missing = SERIES.filter((name) => register.getSingleMetric(name) === undefined);
  let endpoints = observed.get(register);
  // Somebody may have cleared the registry.
  if (endpoints === undefined || missing.length === SERIES.length) {
    endpoints = new Map();
    observed.set(register, endpoints);
  }
  // Or has removed some of the series; those that are left have the same endpoints.
  if (missing.length > 0) addSeries(client, register, endpoints, new Set(missing));
  endpoints.set(`${endpoint.role} ${endpoint.name}`, endpoint);
}

/** @throws {TypeError} for what is not that module */
function promClient(given: PromClient): PromClient {
  // A CommonJS module that was imported without finding its names has them in its default.
  const client = [given, (given as { default?: PromClient } | null)?.default].find(isPromClient);
  if (client !== undefined) return client;
  const isObject = typeof given === 'object' && given !== null;
  const found = isObject ? 'without Counter, Gauge and register' : describe(given);
  throw new TypeError(`Cannot ${ACTION}: client is ${found}, expected the module prom-client`);
}

function isPromClient(value: unknown): value is PromClient {
  const { Counter, Gauge, register } = (value ?? {}) as Partial<PromClient>;
  return typeof Counter === 'function' && typeof Gauge === 'function' && register !== undefined;
}

function addSeries(
  { Counter, Gauge }: PromClient,
  register: Registry,
  endpoints: Map<string, AnyEshm>,
  wanted: ReadonlySet<string>,
): void {
  const registers = [register];
  for (const [name, help, take] of COUNTERS.filter(([name]) => wanted.has(name))) {
    new Counter({
      name,
      help,
      labelNames: LABELS,
      registers,
      collect(this: Counter<Label>) {
        this.reset();
        for (const endpoint of openOnes(endpoints)) {
          this.inc(
            labelsOf(endpoint),
            take(endpoint.stats({ keepDeltas: true }), endpoint.role === 'master'),
          );
        }
      },
    });
  }
  if (wanted.has(PEER_ALIVE)) addPeerAlive(Gauge, registers, endpoints);
  if (wanted.has(STATE)) addState(Gauge, registers, endpoints);
}

type GaugeClass = PromClient['Gauge'];

function addPeerAlive(Gauge: GaugeClass, registers: Registry[], endpoints: Map<string, AnyEshm>): void {
  new Gauge({
    name: PEER_ALIVE,
    help: 'Whether the other side is there and its heart beats: 1 or 0',
    labelNames: LABELS,
    registers,
    collect(this: Gauge<Label>) {
      this.reset();
      for (const endpoint of openOnes(endpoints)) this.set(labelsOf(endpoint), endpoint.remoteAlive ? 1 : 0);
    },
  });
}

function addState(Gauge: GaugeClass, registers: Registry[], endpoints: Map<string, AnyEshm>): void {
  new Gauge({
    name: STATE,
    help: 'The state of the endpoint: 1 for the one it is in, 0 for the others',
    labelNames: [...LABELS, 'state'] as const,
    registers,
    collect(this: Gauge<Label | 'state'>) {
      this.reset();
      for (const endpoint of openOnes(endpoints)) {
        for (const state of STATES) {
          this.set({ ...labelsOf(endpoint), state }, endpoint.state === state ? 1 : 0);
        }
      }
    },
  });
}

/** Those that are open still; the others are forgotten. */
function openOnes(endpoints: Map<string, AnyEshm>): AnyEshm[] {
  for (const [labels, { state }] of endpoints) if (state === 'closed') endpoints.delete(labels);
  return [...endpoints.values()];
}

function labelsOf({ name, role }: AnyEshm): Record<Label, string> {
  return { channel: name, role };
}
