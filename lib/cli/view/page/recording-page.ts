import { formatCount } from '../../printing/format.js';
import type { History, RecordingAbout, ShownMessage } from '../protocol.js';
import type { ChartEvents } from './charts.js';
import { byId, make, setText } from './dom.js';
import type { Actions } from './keys.js';
import { showStatus } from './status.js';
import { TrackPanel } from './track-panel.js';

/** Steps of the slider. */
const STEPS = 1000;

/** The page of a recording: its channels, and of a chosen one what went over it in a part of its time. */
export class RecordingPage implements Actions {
  readonly #about: RecordingAbout;
  readonly #m2s: TrackPanel;
  readonly #s2m: TrackPanel;
  readonly #slider = byId<HTMLInputElement>('time');
  readonly #rows = new Map<string, HTMLElement>();
  readonly #theme: () => void;
  #channel: string | undefined;
  #fromS: number;
  #toS: number;
  /** What was asked for last; an answer to anything else is too late. */
  #asked = 0;
  #askedMessages = 0;

  /** @param theme - changes the theme */
  constructor(about: RecordingAbout, theme: () => void) {
    this.#about = about;
    this.#theme = theme;
    [this.#fromS, this.#toS] = [about.from, about.to];
    const events: ChartEvents = {
      zoomed: (fromS, toS) => this.#show(fromS, toS),
      unzoomed: () => this.leave(),
      picked: (atS) => this.#pick(atS),
    };
    this.#m2s = new TrackPanel(byId('m2s'), 'master → slave', events);
    this.#s2m = new TrackPanel(byId('s2m'), 'slave → master', events);
    setText(byId('where'), about.file);
    showStatus('file', 'recording');
    for (const id of ['pause', 'filter']) byId(id).hidden = true;
    byId('range').parentElement!.hidden = true;
    byId('when').hidden = false;
    byId('whole').hidden = false;
    byId('whole').addEventListener('click', () => this.leave());
    this.#slider.max = `${STEPS}`;
    this.#slider.addEventListener('input', () => {
      this.#pick(this.#fromS + ((this.#toS - this.#fromS) * Number(this.#slider.value)) / STEPS, true);
    });
    this.#list();
    const [first] = about.channels;
    if (first !== undefined) this.choose(first.id);
  }

  #list(): void {
    const heads = ['Channel', 'Memory', 'M→S', 'S→M'].map((title) => make('th', { scope: 'col' }, title));
    const body = make('tbody');
    for (const { id, label, shm, m2s, s2m } of this.#about.channels) {
      const button = make('button', { type: 'button' }, label);
      button.addEventListener('click', () => this.choose(id));
      const cells = [shm, formatCount(m2s), formatCount(s2m)].map((text) => make('td', {}, text));
      const row = make('tr', {}, make('th', { scope: 'row' }, button), ...cells);
      this.#rows.set(id, row);
      body.append(row);
    }
    byId('channels').append(make('table', {}, make('thead', {}, make('tr', {}, ...heads)), body));
    const note = byId('channels-note');
    note.hidden = this.#about.notes.length === 0;
    setText(note, this.#about.notes.join('. '));
  }

  /** Shows one channel over the whole recording. */
  choose(id: string): void {
    this.#channel = id;
    for (const [other, row] of this.#rows) row.toggleAttribute('data-chosen', other === id);
    const label = this.#about.channels.find((channel) => channel.id === id)?.label ?? '';
    setText(byId('detail-title'), label);
    document.title = `${label} · eshm view`;
    byId('detail').hidden = false;
    this.#m2s.clear();
    this.#s2m.clear();
    this.leave();
  }

  step(by: number): void {
    const ids = this.#about.channels.map(({ id }) => id);
    const at = ids.indexOf(this.#channel ?? '');
    const id = ids[Math.min(Math.max(at + by, 0), ids.length - 1)];
    if (id !== undefined && id !== this.#channel) this.choose(id);
  }

  pause(): void {}

  range(): void {}

  theme(): void {
    this.#theme();
  }

  help(): void {
    byId<HTMLDialogElement>('keys').showModal();
  }

  /** Shows all of the recording. */
  leave(): void {
    void this.#show(this.#about.from, this.#about.to);
  }

  redraw(): void {
    this.#m2s.redraw();
    this.#s2m.redraw();
  }

  async #show(fromS: number, toS: number): Promise<void> {
    const asked = ++this.#asked;
    showStatus('file', 'reading');
    const past = await ask<History>('/history', {
      channel: this.#channel ?? '',
      from: `${fromS}`,
      to: `${toS}`,
    });
    if (asked !== this.#asked) return;
    showStatus(past === undefined ? 'lost' : 'file', past === undefined ? 'no answer' : 'recording');
    if (past === undefined) return;
    [this.#fromS, this.#toS] = [fromS, toS];
    this.#m2s.take({ series: past.m2s }, Number.POSITIVE_INFINITY);
    this.#s2m.take({ series: past.s2m }, Number.POSITIVE_INFINITY);
    this.#pick(toS);
  }

  /** Shows the messages that were newest at a time. */
  async #pick(atS: number, isFromSlider = false): Promise<void> {
    const asked = ++this.#askedMessages;
    if (!isFromSlider) {
      this.#slider.value = `${Math.round(((atS - this.#fromS) / (this.#toS - this.#fromS || 1)) * STEPS)}`;
    }
    const text = new Date(atS * 1000).toISOString();
    setText(byId('time-text'), text);
    this.#slider.setAttribute('aria-valuetext', text);
    for (const [direction, panel] of [
      ['m2s', this.#m2s],
      ['s2m', this.#s2m],
    ] as const) {
      const message = await ask<ShownMessage | null>('/message', {
        channel: this.#channel ?? '',
        direction,
        at: `${atS}`,
      });
      if (asked !== this.#askedMessages) return;
      if (message === null) panel.showNone();
      else if (message !== undefined) panel.take({ message }, Number.POSITIVE_INFINITY);
      panel.draw(this.#fromS, this.#toS);
    }
  }
}

async function ask<T>(path: string, query: Record<string, string>): Promise<T | undefined> {
  const answer = await fetch(`${path}?${new URLSearchParams(query)}`).catch(() => undefined);
  return answer?.ok === true ? ((await answer.json()) as T) : undefined;
}
