import { NO_OPTIONS } from '../checks/index.js';
import { EshmError } from '../errors.js';
import { EmitterBase } from '../events.js';
import { BridgedChannel, type BridgeState, type ChannelListener } from './channel.js';
import type { BridgeStats } from './counters.js';
import type { BridgeOptions, ChannelConfig, ResolvedBridge, ResolvedChannel } from './options.js';
import { resolveBridge, resolveChannels } from './resolve.js';
import { Server } from './server.js';
import type { End } from './subjects.js';

/** A channel of a bridge has changed its state. */
export interface BridgeChange {
  /** The channel's name. */
  readonly name: string;
  /** Which end it is; `undefined` until that is decided. */
  readonly end: End | undefined;
  /** What it is now. */
  readonly state: BridgeState;
  /** Why, for people. */
  readonly reason: string;
}

/** What a bridge tells, on the event loop, after the fact. */
export interface BridgeEvents {
  /** A channel has changed its state. */
  state: [change: BridgeChange];
  /** The connection to a server was made, lost, or made again. */
  server: [isUp: boolean, server: string];
  /** A message of the net could not be taken; at most once a second for each channel. */
  dropped: [name: string, reason: string, bytes: number];
  /** Something to know, in one line. */
  notice: [text: string];
  /** The bridge has ended; with the error where it did not end by itself. */
  closed: [error: Error | undefined];
}

/**
 * Channels of this machine that are joined with their namesakes on another one. Made by {@link bridge}.
 *
 * Belongs to the thread that made it.
 */
export class Bridge extends EmitterBase<BridgeEvents> {
  readonly #options: ResolvedBridge;
  readonly #channels = new Map<string, BridgedChannel>();
  readonly #stop = new AbortController();
  #server: Server | undefined;
  /** What it starts with once there is a server; not set from then on. */
  #first: readonly ResolvedChannel[] | undefined;
  #isClosed = false;
  #closing: Promise<void> | undefined;

  /** @internal */
  constructor(options: ResolvedBridge) {
    super();
    this.#options = options;
    this.#first = options.channels;
    options.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Connects and starts every channel; nothing is left when it throws. @internal */
  async start(): Promise<this> {
    const { server, waitMs, signal } = this.#options;
    try {
      signal?.throwIfAborted();
      this.#server = await Server.connect(server, waitMs, this.#stop.signal, {
        onChange: (isUp, name) => {
          this.emit('server', isUp, name);
          for (const channel of this.#channels.values()) channel.serverChanged();
        },
        onNotice: (text) => this.emit('notice', text),
        onEnd: (error) => void this.#end(error),
      });
      this.emit('server', true, this.#server.name);
      // Who was told may have closed it.
      this.#stop.signal.throwIfAborted();
      const first = this.#first ?? [];
      this.#first = undefined;
      await Promise.all(this.#addAll(first));
      return this;
    } catch (error) {
      await this.close();
      signal?.throwIfAborted();
      throw error;
    }
  }

  /** What went through each channel. */
  stats(): BridgeStats[] {
    return [...this.#channels.values()].map((channel) => channel.stats());
  }

  /** The channels as they are now. */
  get channels(): BridgeChange[] {
    return [...this.#channels.values()].map(changeOf);
  }

  /**
   * Takes on another list of channels: those that are not in it end, new ones start, those with other options start
   * anew, and all others go on undisturbed. One that cannot start is tried again with the next list. Before there is a
   * server, the list takes the place of the first one.
   *
   * @param channels - as {@link bridge} takes them
   * @param defaults - options of a channel that hold where a channel says nothing else
   * @throws {TypeError | RangeError} for what is not allowed; nothing has changed then
   * @throws {EshmError} when a new one cannot start; the others go on
   */
  async reload(
    channels: string | ChannelConfig | readonly (string | ChannelConfig)[],
    defaults: Omit<ChannelConfig, 'name'> = NO_OPTIONS,
  ): Promise<void> {
    if (this.#isClosed) throw new EshmError('ESHM_CLOSED', 'Cannot reload: the bridge is closed');
    const wanted = resolveChannels(channels, defaults, this.#options.prefix);
    if (this.#first !== undefined) {
      this.#first = wanted;
      return;
    }
    const kept = new Set<string>();
    for (const [name, channel] of this.#channels) {
      const same = wanted.find((one) => JSON.stringify(one) === JSON.stringify(channel.options));
      if (same !== undefined && channel.fault === undefined) kept.add(name);
      else {
        channel.close();
        this.#channels.delete(name);
      }
    }
    const added = wanted.filter(({ name }) => !kept.has(name.name));
    const results = await Promise.allSettled(this.#addAll(added));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /** Leaves every channel and the server. Does nothing the second time. */
  close(): Promise<void> {
    this.#closing ??= this.#close(undefined);
    return this.#closing;
  }

  /** {@link close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  readonly #onAbort = (): void => void this.close();

  async #end(error: Error | undefined): Promise<void> {
    this.#closing ??= this.#close(error);
    await this.#closing;
  }

  async #close(error: Error | undefined): Promise<void> {
    this.#isClosed = true;
    this.#stop.abort(new EshmError('ESHM_CLOSED', 'Cannot go on: the bridge was closed'));
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    for (const channel of this.#channels.values()) channel.close();
    await this.#server?.close();
    this.emit('closed', error);
  }

  get #means(): [Server, string, number, ChannelListener] {
    const listener: ChannelListener = {
      onState: (channel) => this.emit('state', changeOf(channel)),
      onDropped: (channel, reason, bytes) => this.emit('dropped', channel.name, reason, bytes),
      onRefused: (channel) => {
        // Of several channels the others go on.
        const others = [...this.#channels.values()].filter(({ fault }) => fault === undefined);
        if (others.length === 0) void this.#end(channel.fault);
      },
    };
    return [this.#server!, this.#options.prefix, this.#options.leaseMs, listener];
  }

  #addAll(channels: readonly ResolvedChannel[]): Promise<void>[] {
    return channels.map((channel) => this.#add(new BridgedChannel(channel, ...this.#means)));
  }

  async #add(channel: BridgedChannel): Promise<void> {
    this.#channels.set(channel.name, channel);
    try {
      await channel.start();
    } catch (error) {
      channel.close();
      // Another list may have put its own there meanwhile.
      if (this.#channels.get(channel.name) === channel) this.#channels.delete(channel.name);
      throw error;
    }
  }
}

function changeOf({ name, end, state, reason }: BridgedChannel): BridgeChange {
  return { name, end, state, reason };
}

/**
 * Joins channels of this machine with their namesakes on another one, over a NATS server: shared memory ends at the
 * machine, and a bridge on each carries messages, life and death across. Needs `@nats-io/transport-node` beside this
 * package. docs/bridge.md shows two terminals, two machines, a cluster and TLS.
 *
 * @param channels - one name, or several, or names with options of their own; the same on both machines
 * @param options - the server, which end this is, how messages are carried
 * @returns the bridge, connected and sole at its end of every channel
 * @throws {TypeError | RangeError} for a wrong argument
 * @throws {EshmError} ESHM_TIMEOUT (no server within `waitMs`), ESHM_INVALID_PARAM (credentials or certificates are
 * refused), ESHM_ROLE_MISMATCH (another bridge has this end), ESHM_BUFFER_TOO_SMALL (messages of this size do not get
 * through the server), ESHM_UNSUPPORTED (no client)
 * @throws the reason of `signal`
 */
export async function bridge(
  channels: string | ChannelConfig | readonly (string | ChannelConfig)[],
  options: BridgeOptions & { readonly on?: (bridge: Bridge) => void } = NO_OPTIONS,
): Promise<Bridge> {
  const { on, ...others } = options;
  const made = new Bridge(resolveBridge(channels, others, process.env));
  on?.(made);
  return made.start();
}
