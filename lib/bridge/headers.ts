/** What a message's headers say on the wire. The payload is the message's bytes and nothing else. */

/** Names of the headers; docs/bridge.md has the table. */
export const HEADER = {
  count: 'Eshm-Count',
  missed: 'Eshm-Missed',
  generation: 'Eshm-Generation',
  time: 'Eshm-Time',
  writer: 'Eshm-Writer',
  delivery: 'Eshm-Delivery',
} as const;

/** Room that the headers and what is around them take at most, in bytes. Measured: some 150. */
export const HEADER_ROOM = 512;

/** Where a message comes from. */
export interface Origin {
  /** Its number: the messages that its writer had written with it, in its segment. */
  readonly count: number;
  /** Messages overwritten unread before it. */
  readonly missed: number;
  /** `masterGeneration` of the segment. */
  readonly generation: number;
  /** The bridge that took it from there. */
  readonly bridge: string;
  /** Number of that bridge's stay in the channel: later ones are higher. */
  readonly stay: number;
  /** The kernel's id of the segment: counts of one segment go on from stay to stay. */
  readonly segment: number;
  /** Whether it is to be confirmed once it was read, and not once it was written. */
  readonly isAcknowledged: boolean;
}

/** What is needed of a client's headers. */
export interface ReadableHeaders {
  get(name: string): string;
  has(name: string): boolean;
}

/** What is needed of a client's headers. */
interface WritableHeaders {
  set(name: string, value: string): void;
}

/** Fills in the headers of a message that leaves here. */
export function writeOrigin(headers: WritableHeaders, origin: Origin): void {
  headers.set(HEADER.count, `${origin.count}`);
  headers.set(HEADER.missed, `${origin.missed}`);
  headers.set(HEADER.generation, `${origin.generation}`);
  headers.set(HEADER.time, `${Date.now()}`);
  headers.set(HEADER.writer, `${origin.bridge}/${origin.stay}/${origin.segment}`);
  if (origin.isAcknowledged) headers.set(HEADER.delivery, 'acknowledged');
}

/**
 * Where a message comes from; `undefined` for one of a plain client, which says nothing of the kind.
 *
 * @throws {RangeError} for headers that no bridge writes
 */
export function readOrigin(headers: ReadableHeaders | undefined): Origin | undefined {
  if (headers === undefined || !headers.has(HEADER.writer)) return undefined;
  const [bridge = '', stay, segment, ...more] = headers.get(HEADER.writer).split('/');
  if (!/^[\w-]{1,64}$/.test(bridge) || more.length > 0) {
    throw new RangeError(
      `${HEADER.writer} is '${shown(headers.get(HEADER.writer))}', expected ID/STAY/SEGMENT`,
    );
  }
  const delivery = headers.get(HEADER.delivery);
  if (delivery !== '' && delivery !== 'acknowledged') {
    throw new RangeError(`${HEADER.delivery} is '${shown(delivery)}', expected 'acknowledged' or none`);
  }
  return {
    bridge,
    stay: whole(HEADER.writer, stay),
    segment: whole(HEADER.writer, segment),
    count: whole(HEADER.count, headers.get(HEADER.count)),
    missed: whole(HEADER.missed, headers.get(HEADER.missed)),
    generation: whole(HEADER.generation, headers.get(HEADER.generation)),
    isAcknowledged: delivery !== '',
  };
}

function whole(name: string, text = ''): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`${name} is '${shown(text)}', expected a whole number`);
}

/** What somebody else wrote, as far as it may go into a line of ours. */
function shown(text: string): string {
  return text.slice(0, 40).replaceAll(/[^\x20-\x7e]/g, '?');
}
