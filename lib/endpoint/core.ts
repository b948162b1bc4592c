import { toBytes, tooLarge } from '../channel/index.js';
import type { WireDecoder, WireEncoder } from '../codec/index.js';
import type { EshmError } from '../errors.js';
import type { Place } from '../joining/index.js';
import type { ResolvedOptions } from '../options.js';
import { Permit, Session, StatsTaker } from '../session/index.js';
import { channelName } from '../store/index.js';
import { Callbacks } from './callbacks.js';

/**
 * What the classes that make up an endpoint share: its session, and what messages are to the program.
 *
 * Belongs to the endpoint's thread.
 */
export class EndpointCore {
  readonly name: string;
  readonly key: number;
  readonly options: ResolvedOptions;
  readonly session: Session;
  readonly permit: Permit;
  readonly stats: StatsTaker;
  readonly callbacks: Callbacks;
  /** What makes messages of values and values of messages; `undefined` for bytes as they are. */
  readonly encoder: WireEncoder | undefined;
  readonly decoder: WireDecoder | undefined;
  /** Told how many messages were overwritten before the one that was just read. */
  onMissed: (messages: number) => void = () => {};
  /** Told of a message that cannot be taken; what it returns is thrown. */
  onCorrupt: (error: EshmError) => EshmError = (error) => error;

  /** Enters the channel; nothing is left behind when it throws. */
  constructor(name: string, options: ResolvedOptions, place: Place | undefined) {
    const channel = channelName(name);
    this.name = name;
    this.key = channel.key;
    this.options = options;
    this.session = new Session(channel, options, place);
    this.permit = new Permit(name, this.session);
    this.stats = new StatsTaker(this.session);
    this.callbacks = new Callbacks(this);
    this.encoder = this.callbacks.outgoing ?? options.codec.out;
    this.decoder = this.callbacks.incoming ?? options.codec.in;
  }

  /** The bytes of `data`. */
  encode(data: unknown): Uint8Array {
    return this.encoder === undefined ? toBytes(data) : this.encoder.encode(data);
  }

  /** The bytes to publish for `data`, checked to fit. */
  toMessage(data: unknown): Uint8Array {
    const bytes = this.encode(data);
    const { maxDataSize } = this.options;
    if (bytes.length > maxDataSize) throw tooLarge(bytes.length, maxDataSize);
    return bytes;
  }
}
