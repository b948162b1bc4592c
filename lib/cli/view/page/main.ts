import type { About } from '../protocol.js';
import { byId } from './dom.js';
import { listenToKeys } from './keys.js';
import { LivePage } from './live-page.js';
import { showStatus } from './status.js';
import { ThemeSwitch } from './theme.js';

async function start(): Promise<void> {
  showStatus('connecting', 'connecting');
  const about = (await (await fetch('/about')).json()) as About;
  if (about.mode !== 'live') return;
  const page = new LivePage(about);
  const theme = new ThemeSwitch(() => page.redraw());
  const keys = byId<HTMLDialogElement>('keys');
  byId('help').addEventListener('click', () => keys.showModal());
  listenToKeys({
    step: (by) => page.step(by),
    pause: () => page.setPaused(!page.isPaused),
    range: (index) => page.setRangeAt(index),
    theme: () => theme.next(),
    help: () => keys.showModal(),
    leave: () => page.leave(),
  });
}

await start();
