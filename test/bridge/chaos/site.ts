/** The place of the bridge's chaos: two machines with cables to a third, where three servers run as a cluster. */
import { fileURLToPath } from 'node:url';
import { Side } from '../../chaos/side.js';
import type { Peers } from '../../peers/build.js';
import { type BridgeProcess, Machine } from '../machine.js';
import { NatsServer } from '../nats-server.js';

/** Names of the machines, by the end of their bridge. */
export const ENDS = ['near', 'far'] as const;
export type BridgeEnd = (typeof ENDS)[number];

/** The network of each end's cable; the hub is .1, the machine .2. */
const NETWORK = { near: '10.77.1', far: '10.77.2' } as const;

const CLIENT_PORTS = [14221, 14222, 14223] as const;
const ROUTE_PORTS = [15221, 15222, 15223] as const;

/** One channel that is bridged: its mode, and in which languages its ends are. */
export interface Lane {
  readonly name: string;
  readonly languages: readonly ['typescript' | 'c++' | 'python', 'typescript' | 'c++' | 'python'];
  readonly options: Readonly<Record<string, unknown>>;
  /** As traffic.ts has it; `poll`, if not given. */
  readonly mode?: 'poll' | 'told';
}

/** Everything that can break. Ends with {@link end}. */
export class Site {
  readonly hub: Machine;
  readonly machines: Readonly<Record<BridgeEnd, Machine>>;
  readonly servers: NatsServer[] = [];
  readonly bridges = {} as Record<BridgeEnd, BridgeProcess>;
  readonly sides = new Map<string, { master: Side; slave: Side }>();
  /** What is still being mended in the background. */
  mending: Promise<void> = Promise.resolve();
  readonly #peers: Peers;
  readonly #lanes: readonly Lane[];
  readonly #config: Readonly<Record<BridgeEnd, string>>;

  /** @param config - path of the configuration file of each end's bridge */
  static async make(
    peers: Peers,
    lanes: readonly Lane[],
    config: Readonly<Record<BridgeEnd, string>>,
  ): Promise<Site> {
    const hub = await Machine.make({ net: true });
    const machines = { near: await Machine.make({ net: true }), far: await Machine.make({ net: true }) };
    const site = new Site(peers, lanes, config, hub, machines);
    for (const end of ENDS) site.#plugIn(end);
    hub.run('ip', 'link', 'set', 'lo', 'up');
    await Promise.all(ROUTE_PORTS.map((_, index) => site.#startServer(index)));
    return site;
  }

  private constructor(
    peers: Peers,
    lanes: readonly Lane[],
    config: Readonly<Record<BridgeEnd, string>>,
    hub: Machine,
    machines: Readonly<Record<BridgeEnd, Machine>>,
  ) {
    this.#peers = peers;
    this.#lanes = lanes;
    this.#config = config;
    this.hub = hub;
    this.machines = machines;
  }

  /** Where the bridge of `end` finds the servers. */
  static servers(end: BridgeEnd): string[] {
    return CLIENT_PORTS.map((port) => `nats://${NETWORK[end]}.1:${port}`);
  }

  startBridge(end: BridgeEnd): void {
    const clock = fileURLToPath(new URL('./clock.js', import.meta.url));
    const env = { NODE_OPTIONS: `--import ${clock}` };
    this.bridges[end] = this.machines[end].bridge(['--config', this.#config[end]], env);
  }

  /** Starts one end of every lane anew. */
  startSides(role: 'master' | 'slave'): void {
    for (const { name, languages, mode = 'poll' } of this.#lanes) {
      const language = role === 'master' ? languages[0] : languages[1];
      const machine = this.machines[role === 'master' ? 'near' : 'far'];
      const settings = { thresholdMs: 100, retryMs: 100, periodMs: 4 };
      const side = new Side(this.#peers, language, role, name, settings, mode, machine.under);
      this.sides.set(name, { ...this.sides.get(name)!, [role]: side });
    }
  }

  /** Has the cable of `end` pulled or put in. */
  link(end: BridgeEnd, state: 'up' | 'down'): void {
    this.machines[end].run('ip', 'link', 'set', 'cable', state);
  }

  /** The server that the bridge of `end` said it is connected to last. */
  serverOf(end: BridgeEnd): NatsServer {
    const line = this.bridges[end].lines.findLast(({ event, up }) => event === 'server' && up === true);
    const port = Number(`${line?.server ?? ''}`.split(':').at(-1));
    return this.servers.find((server) => server.port === port) ?? this.servers[0]!;
  }

  async end(): Promise<void> {
    await Side.killAll();
    await Machine.endAll();
    await NatsServer.killAll();
  }

  #plugIn(end: BridgeEnd): void {
    const { hub } = this;
    const machine = this.machines[end];
    const network = NETWORK[end];
    hub.run(
      'ip',
      'link',
      'add',
      `to-${end}`,
      'type',
      'veth',
      'peer',
      'name',
      'cable',
      'netns',
      `${machine.pid}`,
    );
    hub.run('ip', 'addr', 'add', `${network}.1/24`, 'dev', `to-${end}`);
    hub.run('ip', 'link', 'set', `to-${end}`, 'up');
    machine.run('ip', 'addr', 'add', `${network}.2/24`, 'dev', 'cable');
    machine.run('ip', 'link', 'set', 'cable', 'up');
    machine.run('ip', 'link', 'set', 'lo', 'up');
  }

  async #startServer(index: number): Promise<void> {
    const routes = ROUTE_PORTS.map((port) => `nats://127.0.0.1:${port}`).join(', ');
    // What servers tell their clients of each other is one cable's address only, so they tell nothing.
    const cluster = `cluster { name: chaos, listen: "127.0.0.1:${ROUTE_PORTS[index]}", routes: [${routes}], no_advertise: true }`;
    this.servers[index] = await NatsServer.start({
      host: '0.0.0.0',
      port: CLIENT_PORTS[index]!,
      under: this.hub.under,
      config: `server_name: s${index}\n${cluster}`,
    });
  }
}
