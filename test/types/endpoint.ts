/*
 * What the compiler must know of the public types. Nothing here runs: `npm run typecheck` and the build of the tests
 * fail when a line is wrong, or when a line under @ts-expect-error is right.
 */
import { type EventEmitter, on, once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import {
  type AtOnce,
  type Codec,
  type CodecOption,
  type Decoder,
  type Encoder,
  type Encoding,
  Eshm,
  type EshmError,
  type EshmErrorCode,
  type EshmEvents,
  type EshmOf,
  type EshmOptions,
  type Message,
  type ObservedEitherWay,
  type ObservedMessage,
  type Observer,
  type Reconnection,
  type RecordOption,
} from '../../lib/index.js';
import { fromObject, type Item, items } from '../../lib/items/index.js';
import {
  type AnyRecord,
  array,
  enumeration,
  f32,
  f64,
  flags,
  type RecordKind,
  record,
  type SnapshotOf,
  text as textKind,
  u8,
  u32,
  u64,
} from '../../lib/record/index.js';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only where both types are the same. */
function same<A, B>(_equal: Equal<A, B>): void {}

export async function endpoints(options: EshmOptions<Encoding>): Promise<void> {
  const bytes = Eshm.open('types');
  same<typeof bytes, Eshm<Buffer>>(true);
  const plain = Eshm.open('types', { role: 'master', encoding: null });
  same<typeof plain, Eshm<Buffer>>(true);
  const text = Eshm.open('types', { role: 'slave', encoding: 'utf8' });
  same<typeof text, Eshm<string>>(true);
  const either = Eshm.open('types', options);
  same<typeof either, Eshm<string | Buffer>>(true);
  const connected = await Eshm.connect('types', { timeoutMs: 5, signal: AbortSignal.timeout(5) });
  same<typeof connected, Eshm<Buffer>>(true);
  const connectedText = await Eshm.connect('types', { encoding: 'cstring' });
  same<typeof connectedText, Eshm<string>>(true);
  const any: Eshm<string | Buffer> = text;
  any.close();

  // @ts-expect-error: no such encoding
  Eshm.open('types', { encoding: 'latin1' });
  // @ts-expect-error: no such option
  Eshm.open('types', { rôle: 'master' });
  // @ts-expect-error: only a slave connects
  Eshm.connect('types', { role: 'master' });
  // @ts-expect-error: made by open and connect only
  new Eshm('types', options);
  // @ts-expect-error: a name is needed
  Eshm.open();
}

export async function reads(bytes: Eshm, text: Eshm<string>): Promise<void> {
  same<Eshm, Eshm<Buffer>>(true);
  const tried = bytes.tryRead();
  same<typeof tried, Buffer | undefined>(true);
  const triedText = text.tryRead();
  same<typeof triedText, string | undefined>(true);
  const peeked = text.peek();
  same<typeof peeked, string | undefined>(true);
  const blocking = text.readSync({ timeoutMs: 5 });
  same<typeof blocking, string>(true);
  const size = text.tryReadInto(new Uint8Array(4096));
  same<typeof size, number>(true);
  const read = await bytes.read({ timeoutMs: 5, signal: AbortSignal.abort() });
  same<typeof read, Buffer>(true);
  const readText = await text.read();
  same<typeof readText, string>(true);
  for await (const data of bytes) same<typeof data, Buffer>(true);
  for await (const data of text) same<typeof data, string>(true);
  for await (const message of text.messages({ signal: AbortSignal.abort() })) {
    same<typeof message, Message<string>>(true);
    same<(typeof message)['missed'], number>(true);
    // @ts-expect-error: what was read is not to be changed
    message.count = 5;
  }
  // What a caller of one's own may leave out can be passed on.
  const passedOn: { timeoutMs: number | undefined; signal: AbortSignal | undefined } = {
    timeoutMs: undefined,
    signal: undefined,
  };
  bytes.read(passedOn);
  bytes.readSync({ timeoutMs: passedOn.timeoutMs });
  bytes.send('x', { ...passedOn, resendMs: undefined });
  bytes.messages({ signal: passedOn.signal });
  bytes.writable({ ...passedOn, resendMs: undefined });
  // @ts-expect-error: options, as everywhere
  bytes.read(100);
  // @ts-expect-error: milliseconds
  bytes.read({ timeoutMs: '5' });
  // @ts-expect-error: blocking reads cannot be aborted
  bytes.readSync({ signal: AbortSignal.abort() });
  // @ts-expect-error: not text
  bytes.tryReadInto('text');
}

export async function writes(bytes: Eshm, text: Eshm<string>): Promise<void> {
  for (const endpoint of [bytes, text] as const) {
    endpoint.write('text');
    endpoint.write(new Uint8Array(5));
    const isWritten = endpoint.tryWrite('text');
    same<typeof isWritten, boolean>(true);
    endpoint.tryWrite(new Uint8Array(5));
    const sent = await endpoint.send(Buffer.from('x'), {
      timeoutMs: 5,
      resendMs: 5,
      signal: AbortSignal.abort(),
    });
    same<typeof sent, void>(true);
    endpoint.sendSync('x', { timeoutMs: 5, resendMs: 5 });
    // @ts-expect-error: neither text nor bytes
    endpoint.write(5);
    // @ts-expect-error: neither text nor bytes
    endpoint.tryWrite(5);
    // @ts-expect-error: neither text nor bytes
    endpoint.send({});
    // @ts-expect-error: a blocking send cannot be aborted
    endpoint.sendSync('x', { signal: AbortSignal.abort() });
  }
  const readable: Readable = bytes.readable({ signal: AbortSignal.abort() });
  const writable: Writable = bytes.writable({ resendMs: 5 });
  readable.pipe(writable);
}

export async function records(): Promise<void> {
  const Pose = record('Pose', {
    seq: u64,
    x: f64,
    q: array(f32, 4),
    mode: enumeration(u8, { idle: 0, go: 1 }),
    gear: enumeration(u8, { park: 0, drive: 1 }, { closed: true }),
    big: enumeration(u64, { none: 0n, all: 1n }),
    set: flags(u8, { armed: 1, failed: 2 }),
    name: textKind(8),
    plain: textKind(8, { encoding: 'latin1' }),
    strict: textKind(8, { invalid: 'refuse' }),
  });
  const Command = record('Command', { id: u32 });
  interface Snapshot {
    seq: bigint;
    x: number;
    q: [number, number, number, number];
    mode: 'idle' | 'go' | number;
    gear: 'park' | 'drive';
    big: 'none' | 'all' | bigint;
    set: ('armed' | 'failed' | number)[];
    name: string | Uint8Array;
    plain: string;
    strict: string;
  }
  same<SnapshotOf<typeof Pose>, Snapshot>(true);
  const both = Eshm.open('types', { record: Pose });
  const one = Eshm.open('types', { role: 'master', record: { out: Pose, in: Command } });
  const out = await Eshm.connect('types', { record: { out: Command }, encoding: 'utf8' });
  const read = both.tryRead();
  same<typeof read, Snapshot | undefined>(true);
  for await (const command of one) same<typeof command, { id: number }>(true);
  const text = await out.read();
  same<typeof text, string>(true);
  const others = {
    gear: 'park',
    big: 'all',
    set: new Set(['armed', 64] as const),
    name: 'map',
    plain: new Uint8Array(8),
    strict: 'map',
  } as const;
  both.write({ seq: 1n, x: 0, q: new Float32Array(4), mode: 'go', ...others });
  both.write({ seq: 1n, x: 0, q: new Float32Array(4), mode: 9, ...others });
  // @ts-expect-error: a closed enumeration takes no number
  both.write({ seq: 1n, x: 0, q: new Float32Array(4), mode: 9, ...others, gear: 1 });
  both.write(new Uint8Array(Pose.size));
  await one.send({ seq: 1n, x: 0, q: [0, 0, 0, 1], mode: 'idle', ...others });
  one.update((pose) => {
    pose.seq += 1n;
    pose.q[0] = 0.5;
    pose.q.set([0, 0, 0, 1]);
    pose.mode = 'go';
    // @ts-expect-error: no such name
    pose.mode = 'stop';
    // @ts-expect-error: a bigint
    pose.seq = 1;
  });
  const far = both.view((pose) => Math.hypot(pose.x, pose.q[0]!));
  same<typeof far, number | undefined>(true);
  const copied = both.view((pose) => pose.q.copy());
  same<typeof copied, Snapshot['q'] | undefined>(true);
  // Whatever a callback returns, but for a promise.
  one.update((pose) => (pose.seq += 1n));
  one.update(() => undefined);
  const anything = both.view(() => JSON.parse('1'));
  // biome-ignore lint/suspicious/noExplicitAny: what JSON.parse gives
  same<typeof anything, any>(true);
  const unsure = both.view((pose): unknown => pose.x);
  same<typeof unsure, unknown>(true);
  const some = both.view((pose) => (pose.x > 0 ? { x: pose.x } : null));
  same<typeof some, { x: number } | null | undefined>(true);
  const measured: number = 5;
  const Loose = record('Loose', { q: array(f32, measured), many: array(u8, 65) });
  same<SnapshotOf<typeof Loose>, { q: number[]; many: number[] }>(true);
  Loose.encode({ q: [1, 2], many: [1, 2, 3] });
  // @ts-expect-error: a field is missing
  both.write({ seq: 1n, q: [], mode: 'go' });
  // @ts-expect-error: not a record
  both.write('text');
  // @ts-expect-error: a command goes out
  out.write({ seq: 1n });
  // @ts-expect-error: no record comes in
  out.view((record) => record.id);
  const bare = Eshm.open('types');
  // @ts-expect-error: no record
  bare.update((pose) => pose.x);
}

/** A callback is passed on as what it is, whatever it returns. */
export function lookers<T>(
  endpoint: Eshm<unknown, RecordKind<{ x: number }>>,
  look: (pose: { x: number }) => AtOnce<T, 'view'>,
): T | undefined {
  return endpoint.view(look);
}

/** The type of an endpoint, by its records and codecs. */
export async function named(): Promise<void> {
  const Pose = record('Pose', { x: f64, mode: enumeration(u8, { idle: 0, go: 1 }) });
  const Command = record('Command', { id: u32 });
  const json = {
    encode: (values: string[]) => values.join(),
    decode: (bytes: Buffer): string[] => String(bytes).split(','),
  };
  const bytes = Eshm.open('types');
  same<typeof bytes, EshmOf>(true);
  const text = await Eshm.connect('types', { encoding: 'utf8' });
  same<typeof text, EshmOf<undefined, 'utf8'>>(true);
  const both = Eshm.open('types', { record: Pose });
  same<typeof both, EshmOf<typeof Pose>>(true);
  const pair = await Eshm.connect('types', { record: { in: Pose, out: Command } });
  same<typeof pair, EshmOf<{ in: typeof Pose; out: typeof Command }>>(true);
  const only = Eshm.open('types', { record: { out: Command }, encoding: 'cstring' });
  same<typeof only, EshmOf<{ out: typeof Command }, 'cstring'>>(true);
  const coded = Eshm.open('types', { codec: json });
  same<typeof coded, EshmOf<typeof json>>(true);
  const incoming = Eshm.open('types', { codec: { in: json } });
  same<typeof incoming, EshmOf<{ in: typeof json }>>(true);
  const mixed = Eshm.open('types', { record: { in: Pose }, codec: { out: json } });
  same<typeof mixed, EshmOf<{ in: typeof Pose; out: typeof json }>>(true);
  // @ts-expect-error: the type of a record, not that of its values
  const wrong: EshmOf<SnapshotOf<typeof Pose>> | undefined = undefined;
  void wrong;
}

/** What is made for any record or codec passes them on. */
export function wrappers<R extends AnyRecord, C extends Codec, D extends Decoder, T>(
  any: RecordOption | undefined,
  coded: CodecOption,
  one: R,
  typed: RecordKind<T>,
  codec: C,
  decoder: D,
): void {
  Eshm.open('types', { record: one });
  Eshm.open('types', { record: { in: one } });
  Eshm.observe('types', { record: one });
  Eshm.observe('types', { record: { m2s: one }, encoding: 'utf8' });
  Eshm.open('types', { codec });
  Eshm.open('types', { codec: { in: codec }, encoding: 'utf8' });
  Eshm.observe('types', { codec: decoder });
  const either = Eshm.open('types', { record: any });
  same<typeof either, EshmOf<RecordOption | undefined>>(true);
  const decided = Eshm.open('types', { codec: coded });
  same<typeof decided, EshmOf<CodecOption>>(true);
  const read = Eshm.open('types', { record: { in: typed } }).tryRead();
  same<typeof read, T | undefined>(true);
}

export async function codecs(): Promise<void> {
  interface Pose {
    readonly x: number;
  }
  const json = {
    encode: (pose: Pose) => JSON.stringify(pose),
    decode: (bytes: Buffer): Pose => JSON.parse(String(bytes)),
  };
  const both = Eshm.open('types', { codec: json });
  same<typeof both, Eshm<Pose, undefined, Encoder<Pose>>>(true);
  both.write({ x: 1 });
  await both.send({ x: 1 }, { timeoutMs: 5 });
  for await (const pose of both) same<typeof pose, Pose>(true);
  const out = await Eshm.connect('types', { codec: { out: json }, encoding: 'utf8' });
  same<typeof out, Eshm<string, undefined, Encoder<Pose>>>(true);
  const mixed = Eshm.open('types', { codec: { in: json }, record: { out: record('Command', { id: u32 }) } });
  const read = mixed.tryRead();
  same<typeof read, Pose | undefined>(true);
  mixed.write({ id: 5 });
  const exchange = Eshm.open('types', { codec: items() });
  exchange.write(fromObject({ counter: 5n }));
  exchange.write([{ type: 'event', key: 'e', value: { name: 'alarm', parameters: [] } }]);
  const list = exchange.tryRead();
  same<typeof list, Item[] | undefined>(true);
  const typed: Eshm<Pose, undefined, Encoder<Pose>> = both;
  // @ts-expect-error: not a pose
  both.write('text');
  // @ts-expect-error: an integer is a bigint or a whole number
  exchange.write([{ type: 'integer', key: 'e', value: 'x' }]);
  // @ts-expect-error: a codec makes bytes or text
  Eshm.open('types', { codec: { encode: (pose: Pose) => pose, decode: (bytes: Buffer) => bytes } });
  // @ts-expect-error: only records have accessors
  both.view((pose) => pose.x);
  void typed;
}

export async function observers(): Promise<void> {
  const Pose = record('Pose', { x: f64 });
  const Order = record('Order', { id: u32 });
  const observer = Eshm.observe('types', { record: { m2s: Order, s2m: Pose } });
  same<typeof observer, Observer<{ id: number }, { x: number }>>(true);
  for await (const message of observer) {
    same<typeof message, ObservedEitherWay<{ id: number }, { x: number }>>(true);
    // @ts-expect-error: what the slave writes has no such field
    message.data.id;
    if (message.direction === 'm2s') {
      same<typeof message, ObservedMessage<{ id: number }, 'm2s'>>(true);
      same<typeof message.data, { id: number }>(true);
    } else same<typeof message.data, { x: number }>(true);
  }
  for await (const { direction, data } of observer) {
    switch (direction) {
      case 'm2s':
        same<typeof data, { id: number }>(true);
        break;
      case 's2m':
        same<typeof data, { x: number }>(true);
        break;
      default:
        same<typeof direction, never>(true);
    }
  }
  // A way without one has bytes, or text, or what the codec of the other option makes of it.
  for await (const { direction, data } of Eshm.observe('types', { record: { s2m: Pose } })) {
    if (direction === 'm2s') same<typeof data, Buffer>(true);
    else same<typeof data, { x: number }>(true);
  }
  for await (const { direction, data } of Eshm.observe('types', {
    record: { m2s: Pose },
    encoding: 'utf8',
  })) {
    if (direction === 's2m') same<typeof data, string>(true);
  }
  const json = { decode: (bytes: Buffer): string[] => JSON.parse(`${bytes}`) };
  const mixed = Eshm.observe('types', { record: { m2s: Pose }, codec: { s2m: json } });
  same<typeof mixed, Observer<{ x: number }, string[]>>(true);
  const one = Eshm.observe('types', { record: Pose });
  same<typeof one, Observer<{ x: number }>>(true);
  for await (const { data } of one) same<typeof data, { x: number }>(true);
  // Whoever takes a message whichever way it goes, takes those of a loop; and the other way round.
  const bytes: Observer = Eshm.observe('types');
  const all: ObservedMessage[] = [];
  for await (const message of bytes) all.push(message);
  const again: ObservedEitherWay[] = all;
  const any: Observer<unknown> = observer;
  void [again, any];
}

export async function events(endpoint: Eshm): Promise<void> {
  // What takes any EventEmitter takes an endpoint.
  const emitter: EventEmitter = endpoint;
  const [reconnection] = await once(endpoint, 'reconnected', { signal: AbortSignal.timeout(5) });
  for await (const [messages] of on(endpoint, 'missed')) void messages;
  void [emitter, reconnection];
  endpoint.on('missed', (messages) => same<typeof messages, number>(true));
  endpoint.on('corrupt', (error) => same<typeof error, EshmError>(true));
  const { corrupt } = endpoint.stats();
  same<typeof corrupt, number>(true);
  endpoint.on('reconnected', (reconnection) => same<typeof reconnection, Reconnection>(true));
  for (const event of ['stale', 'recovered', 'reconnecting', 'disconnected', 'closed'] as const) {
    endpoint.once(event, () => {});
    same<EshmEvents[typeof event], []>(true);
  }
  // @ts-expect-error: it brings a number
  endpoint.on('missed', (messages: string) => messages);
  const code: EshmErrorCode = 'ESHM_TIMEOUT';
  // @ts-expect-error: no such code
  const wrong: EshmErrorCode = 'ESHM_TIME';
  using disposable = endpoint;
  void [code, wrong, disposable];
}
