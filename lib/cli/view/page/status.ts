import { byId, setText } from './dom.js';

/** How the page stands to its server. */
export type StatusKind = 'live' | 'paused' | 'lost' | 'file' | 'connecting';

/** Says how the page stands. */
export function showStatus(kind: StatusKind, text: string): void {
  const element = byId('status');
  element.dataset.kind = kind;
  setText(element, text);
}
