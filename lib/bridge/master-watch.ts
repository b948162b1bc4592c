import { Header, hasHeader, processExists } from '../header/index.js';
import { faultNow, LONGEST_GRACE_MS, type Sites } from '../joining/index.js';
import type { Site, Store } from '../store/index.js';

/** A heart that was seen to beat is believed for this long at least, in ms: two looks, and a busy machine. */
const LEAST_PATIENCE_MS = 100;

/**
 * Sees whether a master lives under a name, in any of the places where it may be, without joining its channel.
 *
 * Belongs to the thread that looks; nothing stays attached between two looks.
 */
export class MasterWatch {
  readonly #places: readonly PlaceWatch[];
  /** Where a master was seen last. */
  #at: PlaceWatch;
  /** `masterGeneration` of the master that was seen last; 0 before the first. */
  generation = 0;

  constructor(sites: Sites, maxDataSize: number) {
    this.#places = sites.map((site) => new PlaceWatch(site, maxDataSize));
    this.#at = this.#places[0]!;
  }

  /** Looks once. A master that was not known to live is seen at the second look. */
  look(): boolean {
    const living = this.#places.filter((place) => place.look());
    this.#at = living[0] ?? this.#at;
    if (this.#at.generation !== 0) this.generation = this.#at.generation;
    return living.length > 0;
  }

  /** Whether that none lives is known: a marked master that has not been seen to beat yet is given the time for it. */
  get isSure(): boolean {
    return this.#places.every(({ isSure }) => isSure);
  }

  /** Why the master that lives cannot be joined, for people. */
  get hindrance(): string | undefined {
    return this.#at.hindrance;
  }

  /** The stale threshold of its segment, in ms. */
  get staleThresholdMs(): number {
    return this.#at.staleThresholdMs;
  }

  /** Begins anew, with what is known from elsewhere. */
  restart(lives: boolean): void {
    for (const place of this.#places) place.restart(lives && place === this.#at);
  }
}

/**
 * Sees whether a master lives in one place: its heartbeat moves between two looks; and whether one could join it.
 */
class PlaceWatch {
  readonly #site: Site;
  readonly #maxDataSize: number;
  #last: { readonly id: number; readonly beat: bigint } | undefined;
  #lives = false;
  #movedMs = 0;
  /** When what is there was seen for the first time. */
  #sinceMs = 0;
  /** What {@link MasterWatch.isSure} says, of this place. */
  isSure = false;
  /** The slave that is there, and when its heart was seen to beat last, or first. */
  #slave: { readonly id: number; readonly beat: bigint; readonly movedMs: number } | undefined;
  /** Why the master that lives cannot be joined, for people. */
  hindrance: string | undefined;
  /** `masterGeneration` of the master that was seen last; 0 before the first. */
  generation = 0;
  /** The stale threshold of its segment, in ms. */
  staleThresholdMs = 0;

  constructor(site: Site, maxDataSize: number) {
    this.#site = site;
    this.#maxDataSize = maxDataSize;
  }

  /** Looks once. A master that was not known to live is seen at the second look. */
  look(): boolean {
    this.hindrance = undefined;
    this.isSure = true;
    this.#lives = this.#judge(performance.now());
    return this.#lives;
  }

  /** Begins anew, with what is known from elsewhere. */
  restart(lives: boolean): void {
    this.#last = undefined;
    this.#slave = undefined;
    this.#lives = lives;
    this.#movedMs = performance.now();
  }

  #judge(nowMs: number): boolean {
    let segment: Store;
    try {
      segment = this.#site.attach();
    } catch {
      // Not there, or not ours to look at: who tries to join it says why.
      this.#last = undefined;
      return false;
    }
    try {
      if (!hasHeader(segment)) return false;
      const header = new Header(segment);
      if (header.fault() !== undefined || !header.flagged('master')) return false;
      this.hindrance =
        faultNow(segment, { maxDataSize: this.#maxDataSize, role: 'slave', force: false }) ??
        this.#judgeSlave(nowMs, segment.id, header);
      return this.#judgeBeat(nowMs, segment.id, header);
    } finally {
      segment.detach();
    }
  }

  #judgeBeat(nowMs: number, id: number, header: Header): boolean {
    const last = this.#last;
    const beat = header.heartbeat('master');
    this.#last = { id, beat };
    if (last?.id !== id) this.#sinceMs = nowMs;
    if (last?.id !== id || last.beat === beat) {
      const patienceMs = Math.max(LEAST_PATIENCE_MS, header.staleThresholdMs);
      const isOther = last !== undefined && last.id !== id;
      const isBelieved = !isOther && this.#lives && nowMs - this.#movedMs <= patienceMs;
      this.isSure = isBelieved || nowMs - this.#sinceMs > Math.min(patienceMs, LONGEST_GRACE_MS);
      return isBelieved;
    }
    this.#movedMs = nowMs;
    this.generation = header.generation;
    this.staleThresholdMs = header.staleThresholdMs;
    return true;
  }

  /** A slave that is marked lives until its heart has stood still for long enough. */
  #judgeSlave(nowMs: number, id: number, header: Header): string | undefined {
    if (!header.flagged('slave')) {
      this.#slave = undefined;
      return undefined;
    }
    const beat = header.heartbeat('slave');
    const known = this.#slave;
    const stands = known !== undefined && known.id === id && known.beat === beat;
    // One that was there before the first look is given the time, unless its process is seen to be gone.
    const isSeenDead = known === undefined && !processExists(header.pid('slave'));
    if (!stands) this.#slave = { id, beat, movedMs: isSeenDead ? Number.NEGATIVE_INFINITY : nowMs };
    const patienceMs = Math.max(LEAST_PATIENCE_MS, Math.min(header.staleThresholdMs, LONGEST_GRACE_MS));
    if (nowMs - this.#slave!.movedMs > patienceMs) return undefined;
    return `a live slave has the place here (${header.holder('slave')}), expected none; stop it`;
  }
}
