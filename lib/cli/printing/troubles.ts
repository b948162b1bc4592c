import { formatCount } from './format.js';
import { warn } from './out.js';

/** Trouble that goes on is summed up this often, in ms. */
const SUM_UP_MS = 10_000;
/** Kinds of trouble that are told apart; what comes after them is one kind. */
const MOST_KINDS = 16;

interface Kind {
  readonly first: string;
  more: number;
  toldAtMs: number;
}

/**
 * Says trouble that comes again and again once, counts the rest, and sums up: every ten seconds while it goes on, and at
 * the end. Lines that differ only in their numbers and in what stands in quotes are equal, and so are all messages that are no
 * items, whichever byte shows it.
 */
export class Troubles {
  readonly #kinds = new Map<string, Kind>();
  readonly #say: (line: string) => void;

  /** @param say - for tests; a line on stderr */
  constructor(say: (line: string) => void = warn) {
    this.#say = say;
  }

  /** Says it, or counts it. */
  tell(line: string, nowMs = performance.now()): void {
    const shape = line
      .replace(/^(Cannot read items): .*/s, '$1')
      .replaceAll(/'[^']*'|"[^"]*"/g, "''")
      .replaceAll(/\d[\d,.]*/g, '0');
    const key = this.#kinds.has(shape) || this.#kinds.size < MOST_KINDS ? shape : '';
    const kind = this.#kinds.get(key);
    if (kind === undefined) {
      this.#kinds.set(key, { first: line, more: 0, toldAtMs: nowMs });
      this.#say(line);
      return;
    }
    kind.more++;
    if (nowMs - kind.toldAtMs >= SUM_UP_MS) this.#sumUp(kind, nowMs);
  }

  /** Says what was counted since. */
  end(nowMs = performance.now()): void {
    for (const kind of this.#kinds.values()) if (kind.more > 0) this.#sumUp(kind, nowMs);
  }

  #sumUp(kind: Kind, nowMs: number): void {
    this.#say(`${formatCount(kind.more)} more like it: ${kind.first}`);
    kind.more = 0;
    kind.toldAtMs = nowMs;
  }
}
