import { Header, hasHeader } from '../header/index.js';
import type { Link } from './link.js';

/** Between two looks for another master under the name, in ms: a system call each. */
export const LOOK_MS = 500;

/**
 * Who is master under the name of `link`, in words, where that is in other memory than this link's: an original that starts
 * as master removes what has no slave and makes its own. `undefined` where nobody is, or where that may not be looked at.
 */
export function usurperOf({ site, segmentId }: Link): string | undefined {
  try {
    const found = site.find();
    if (found === undefined || found === segmentId) return undefined;
    const store = site.tryAttachToRead();
    if (store === undefined) return undefined;
    try {
      if (store.id === segmentId || !hasHeader(store)) return undefined;
      const header = new Header(store);
      if (header.fault() !== undefined || !header.flagged('master')) return undefined;
      return `${header.holder('master')}, who has replaced ${site}`;
    } finally {
      store.detach();
    }
  } catch {
    return undefined;
  }
}
