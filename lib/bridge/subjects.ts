/** What a channel's traffic is called on the wire. Pure. */

/** Which side of a bridge an end is: `near` is where the master is, `far` where the slave is. */
export type End = 'near' | 'far';

/** The subjects of one channel. */
export interface Subjects {
  /** Messages from the master to the slave. */
  readonly m2s: string;
  /** Messages from the slave to the master. */
  readonly s2m: string;
  /** Presence of both bridges. */
  readonly state: string;
  /** In front of where a bridge is told that its messages have arrived: `.ID.NUMBER` follows. */
  readonly ack: string;
}

/** Bytes that a name keeps as they are in a subject: a letter, a digit, `_` or `-`. */
const KEPT = /^[\w-]$/;

/** Longest subject that is made, in bytes: servers take 4096 for a whole line. */
const LONGEST_NAME = 1024;

/**
 * A channel name as one token of a subject: every byte of its UTF-8 that is no ASCII letter, digit, `_` or `-` becomes
 * `%XX`. Different names give different tokens.
 *
 * @param name - any channel's name
 * @returns the token; at most 1024 bytes
 * @throws {RangeError} for a name that is too long for a subject
 *
 * @example
 * encodeName('arm.left 1'); // 'arm%2Eleft%201'
 */
export function encodeName(name: string): string {
  let token = '';
  for (const byte of Buffer.from(name)) {
    const char = String.fromCharCode(byte);
    token += KEPT.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  if (token.length <= LONGEST_NAME) return token;
  throw new RangeError(
    `Cannot bridge: the name has ${token.length} bytes in a subject, expected ${LONGEST_NAME} at most`,
  );
}

/**
 * The subjects of channel `name` under `prefix`.
 *
 * @throws {RangeError} for a prefix that is none
 */
export function subjectsOf(prefix: string, name: string): Subjects {
  if (!/^[^\s.*>$]+(\.[^\s.*>$]+)*$/.test(prefix)) {
    throw new RangeError(
      `Cannot bridge: prefix is '${prefix}', expected words between dots, without spaces, '*', '>' or '$'`,
    );
  }
  const base = `${prefix}.${encodeName(name)}`;
  return { m2s: `${base}.m2s`, s2m: `${base}.s2m`, state: `${base}.state`, ack: `${base}.ack` };
}

/** Where NATS clients wait for the answer to a request, unless they are told of another place. */
const INBOX = /^_INBOX(\.[\w-]{1,64}){1,4}$/;

/**
 * Whether what a message of `subject` names as its reply is where its own channel has messages confirmed, or the inbox of
 * a client. Anything else gets no answer: it may be a subject that another channel takes messages from.
 *
 * @example
 * isAnswerable('eshm.robot.s2m', 'eshm.robot.ack.ID.7'); // true
 */
export function isAnswerable(subject: string, reply: string | undefined): reply is string {
  if (reply !== undefined && INBOX.test(reply)) return true;
  const base = `${subject.slice(0, subject.lastIndexOf('.'))}.ack.`;
  return reply?.startsWith(base) === true && /^[\w-]{1,64}\.\d{1,16}$/.test(reply.slice(base.length));
}
