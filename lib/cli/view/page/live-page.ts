import type { ChannelRow, FrameEvent, History, LiveAbout, TableEvent } from '../protocol.js';
import type { ChartEvents } from './charts.js';
import { byId, setText } from './dom.js';
import type { Actions } from './keys.js';
import { showStatus } from './status.js';
import { ChannelTable, hashOf } from './table.js';
import { TrackPanel } from './track-panel.js';

/** Ranges of time to choose from, in s. */
const RANGES: readonly (readonly [label: string, seconds: number])[] = [
  ['10 s', 10],
  ['1 min', 60],
  ['5 min', 300],
  ['20 min', 1200],
  ['1 h', 3600],
];

/** A stream that was refused is asked for again after this time, in ms. */
const RETRY_MS = 2000;
/** A stream that is away for longer than this is said to be lost, in ms. */
const PATIENCE_MS = 3000;
/** Between two drawings, in ms. */
const DRAW_MS = 100;

/** The page of a machine's channels as they are now. */
export class LivePage implements Actions {
  readonly #table: ChannelTable;
  readonly #m2s: TrackPanel;
  readonly #s2m: TrackPanel;
  readonly #theme: () => void;
  #source: EventSource | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #rangeS = 60;
  #channel: string | undefined;
  #rows: readonly ChannelRow[] = [];
  #isPaused = false;
  /** What is shown of the past while paused. */
  #window: readonly [fromS: number, toS: number] | undefined;
  /** Between the server's clock and this one's, in s. */
  #skewS = 0;
  #heardMs = performance.now();

  /** @param theme - changes the theme */
  constructor(about: LiveAbout, theme: () => void) {
    this.#theme = theme;
    this.#table = new ChannelTable(byId('channels'), (id) => this.choose(id));
    const events: ChartEvents = {
      zoomed: (fromS, toS) => this.#zoom(fromS, toS),
      unzoomed: () => this.setPaused(false),
      picked: () => {},
    };
    this.#m2s = new TrackPanel(byId('m2s'), 'master → slave', events);
    this.#s2m = new TrackPanel(byId('s2m'), 'slave → master', events);
    setText(byId('where'), about.host);
    const range = byId<HTMLSelectElement>('range');
    for (const [label, seconds] of RANGES) range.add(new Option(label, `${seconds}`));
    range.value = `${this.#rangeS}`;
    range.addEventListener('change', () => this.setRange(Number(range.value)));
    byId('pause').addEventListener('click', () => this.setPaused(!this.#isPaused));
    byId<HTMLInputElement>('filter').addEventListener('input', ({ target }) =>
      this.#table.filter((target as HTMLInputElement).value),
    );
    // A page that nobody sees asks for nothing; the server keeps what is charted for a minute.
    document.addEventListener('visibilitychange', () => this.#connect());
    addEventListener('hashchange', () => this.choose(channelInHash()));
    setInterval(() => this.#draw(), DRAW_MS);
    this.choose(channelInHash());
    this.#connect();
  }

  /** Shows one channel, or none. */
  choose(id: string | undefined): void {
    if (id === this.#channel) return;
    this.#channel = id;
    if (id !== undefined && channelInHash() !== id) history.replaceState(null, '', hashOf(id));
    this.#table.mark(id);
    this.#m2s.clear();
    this.#s2m.clear();
    byId('detail').hidden = id === undefined;
    this.#showTitle();
    // What is paused is the channel that was shown.
    if (this.#isPaused) this.setPaused(false);
    else this.#connect();
  }

  step(by: number): void {
    const row = this.#table.step(by);
    if (row !== undefined) this.choose(row.id);
  }

  setRange(seconds: number): void {
    this.#rangeS = seconds;
    byId<HTMLSelectElement>('range').value = `${seconds}`;
    if (this.#isPaused) {
      const [, toS] = this.#window ?? [0, this.#nowS()];
      this.#zoom(toS - seconds, toS);
    } else this.#connect();
  }

  /** The range at this place in the list. */
  range(index: number): void {
    const [, seconds] = RANGES[index] ?? [];
    if (seconds !== undefined) this.setRange(seconds);
  }

  pause(): void {
    this.setPaused(!this.#isPaused);
  }

  theme(): void {
    this.#theme();
  }

  help(): void {
    byId<HTMLDialogElement>('keys').showModal();
  }

  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#window = isPaused ? [this.#nowS() - this.#rangeS, this.#nowS()] : undefined;
    const button = byId('pause');
    button.setAttribute('aria-pressed', `${isPaused}`);
    setText(button, isPaused ? 'Go on' : 'Pause');
    this.#connect();
  }

  /** Out of a zoom. */
  leave(): void {
    if (this.#isPaused) this.setPaused(false);
  }

  redraw(): void {
    this.#m2s.redraw();
    this.#s2m.redraw();
  }

  #connect(): void {
    this.#source?.close();
    this.#source = undefined;
    clearTimeout(this.#retry);
    if (this.#isPaused) {
      showStatus('paused', 'paused');
      return;
    }
    if (document.visibilityState === 'hidden') return;
    this.#heardMs = performance.now();
    const query = new URLSearchParams({ range: `${this.#rangeS}` });
    if (this.#channel !== undefined) query.set('channel', this.#channel);
    const source = new EventSource(`/events?${query}`);
    this.#source = source;
    source.addEventListener('table', ({ data }) => this.#takeTable(JSON.parse(data)));
    source.addEventListener('frame', ({ data }) => this.#takeFrame(JSON.parse(data)));
    source.addEventListener('error', () => {
      if (source.readyState === EventSource.CLOSED && source === this.#source) {
        this.#retry = setTimeout(() => this.#connect(), RETRY_MS);
      }
    });
  }

  #takeTable({ at, rows, fault }: TableEvent): void {
    this.#heard(at);
    this.#rows = rows;
    this.#table.show(rows);
    const note = byId('channels-note');
    note.hidden = rows.length > 0 && fault === '';
    setText(note, fault || 'No channel yet: it appears here when a master starts.');
    this.#showTitle();
  }

  #takeFrame({ at, channel, note, m2s, s2m }: FrameEvent): void {
    this.#heard(at);
    if (channel !== this.#channel) return;
    setText(byId('detail-note'), note);
    if (m2s !== undefined) this.#m2s.take(m2s, this.#rangeS);
    if (s2m !== undefined) this.#s2m.take(s2m, this.#rangeS);
    this.#draw();
  }

  #heard(atS: number): void {
    this.#heardMs = performance.now();
    this.#skewS = atS - Date.now() / 1000;
    showStatus('live', 'live');
  }

  #showTitle(): void {
    const row = this.#rows.find(({ id }) => id === this.#channel);
    setText(byId('detail-title'), row?.label ?? this.#channel ?? '');
    const live = this.#rows.filter(({ state }) => state === 'live').length;
    document.title = row === undefined ? `eshm view · ${live} live` : `${row.label} · eshm view`;
  }

  #nowS(): number {
    return Date.now() / 1000 + this.#skewS;
  }

  #draw(): void {
    if (document.visibilityState === 'hidden') return;
    if (!this.#isPaused && performance.now() - this.#heardMs > PATIENCE_MS) {
      showStatus('lost', 'no answer: is eshm view still running?');
    }
    if (this.#channel === undefined) return;
    const nowS = this.#nowS();
    const [fromS, toS] = this.#window ?? [nowS - this.#rangeS, nowS];
    this.#m2s.draw(fromS, toS);
    this.#s2m.draw(fromS, toS);
  }

  /** Shows the past between two times, as finely as the server has it. */
  async #zoom(fromS: number, toS: number): Promise<void> {
    if (!this.#isPaused) this.setPaused(true);
    const zoomed = [fromS, toS] as const;
    this.#window = zoomed;
    const query = new URLSearchParams({ channel: this.#channel ?? '', from: `${fromS}`, to: `${toS}` });
    const answer = await fetch(`/history?${query}`).catch(() => undefined);
    if (answer?.ok !== true) return;
    const past = (await answer.json()) as History | null;
    if (past === null || this.#window !== zoomed) return;
    this.#m2s.take({ series: past.m2s }, Number.POSITIVE_INFINITY);
    this.#s2m.take({ series: past.s2m }, Number.POSITIVE_INFINITY);
  }
}

/** The channel that the address chooses. */
function channelInHash(): string | undefined {
  try {
    return decodeURIComponent(location.hash.slice(1)) || undefined;
  } catch {
    return undefined;
  }
}
