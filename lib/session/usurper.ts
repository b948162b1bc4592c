import { Header, hasHeader } from '../header/index.js';
import type { Link } from './link.js';

/** Between two looks for another master under the name, in ms: a system call each. */
export const LOOK_MS = 500;

/**
 * Looks for who is master under the name of a link, where that is in other memory than the link's: an original that starts
 * as master removes what has no slave and makes its own.
 */
export class UsurperWatch {
  /** The beats of who was there at the look before, by the memory it stands in. */
  #beats = new Map<number, bigint>();

  /**
   * One look at the places of a master. With one place, any other master there is a usurper, dead or alive: nobody finds this
   * one any more. With two, it is one that beats, which takes a second look to see: beside a dead one this master is still
   * found, in its other place.
   *
   * @returns who it is, in words; `undefined` where nobody is, or where that may not be looked at
   */
  look(links: readonly Link[]): string | undefined {
    const before = this.#beats;
    this.#beats = new Map();
    for (const link of links) {
      const found = usurperOf(link);
      if (found === undefined) continue;
      const beats = before.get(found.segmentId);
      if (links.length === 1 || (beats !== undefined && beats !== found.beats)) return found.says;
      this.#beats.set(found.segmentId, found.beats);
    }
    return undefined;
  }
}

function usurperOf({ site, segmentId }: Link) {
  try {
    const found = site.find();
    if (found === undefined || found === segmentId) return undefined;
    const store = site.tryAttachToRead();
    if (store === undefined) return undefined;
    try {
      if (store.id === segmentId || !hasHeader(store)) return undefined;
      const header = new Header(store);
      if (header.fault() !== undefined || !header.flagged('master')) return undefined;
      const says = `${header.holder('master')}, who has replaced ${site}`;
      return { segmentId: store.id, beats: header.heartbeat('master'), says };
    } finally {
      store.detach();
    }
  } catch {
    return undefined;
  }
}
