import type { About } from '../protocol.js';
import { byId } from './dom.js';
import { type Actions, listenToKeys } from './keys.js';
import { LivePage } from './live-page.js';
import { RecordingPage } from './recording-page.js';
import { showStatus } from './status.js';
import { ThemeSwitch } from './theme.js';

let page: (Actions & { redraw(): void }) | undefined;
const theme = new ThemeSwitch(() => page?.redraw());

async function start(): Promise<void> {
  showStatus('connecting', 'connecting');
  const about = (await (await fetch('/about')).json()) as About;
  const next = () => theme.next();
  page = about.mode === 'live' ? new LivePage(about, next) : new RecordingPage(about, next);
  byId('help').addEventListener('click', () => page?.help());
  listenToKeys(page);
}

await start();
