import { Header } from '../../lib/header/index.js';
import { MappedStore, MappedWords } from '../../lib/store/index.js';
import type { Segment } from '../../syscalls/index.js';

/** The header in bytes of memory. */
export function headerOf(bytes: Buffer): Header {
  return new Header({ words: new MappedWords(bytes) });
}

/** An attached segment as a store, which is the test's to detach. */
export function storeOf(segment: Segment): MappedStore {
  return new MappedStore(segment);
}
