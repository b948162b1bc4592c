import { formatCount } from '../../printing/format.js';
import { hexDump } from '../../printing/hex.js';
import { RATE, type ShownMessage, type TrackFrame } from '../protocol.js';
import { type ChartEvents, Charts } from './charts.js';
import { arrange, make, setText } from './dom.js';
import { Series } from './series.js';

/** Fields that have a chart until somebody chooses. */
const CHARTED_FIRST = 3;

interface FieldRow {
  readonly element: HTMLElement;
  readonly value: HTMLElement;
  readonly box: HTMLInputElement;
}

/** One direction of the chosen channel: its newest message as fields or bytes, and charts of its numbers. */
export class TrackPanel {
  readonly #meta = make('p', { class: 'quiet' }, 'No message yet.');
  readonly #body = make('tbody');
  readonly #fields: HTMLElement;
  readonly #dump = make('pre', { tabindex: '0' });
  readonly #bytes = make('details', {}, make('summary', {}, 'Bytes'), this.#dump);
  readonly #charts: Charts;
  readonly #rows = new Map<string, FieldRow>();
  /** What somebody chose, by field. */
  readonly #chosen = new Map<string, boolean>();
  #series = new Series();
  #message: ShownMessage | undefined;
  /** Whether somebody has opened or closed the bytes. */
  #isChosen = false;

  constructor(parent: Element, title: string, events: ChartEvents) {
    const id = `${parent.id}-title`;
    this.#charts = new Charts('time', events);
    this.#fields = make(
      'div',
      { class: 'fields', hidden: '' },
      make(
        'table',
        { 'aria-label': `Fields of the newest message, ${title}` },
        make(
          'thead',
          {},
          make('tr', {}, ...['Chart', 'Field', 'Value'].map((head) => make('th', { scope: 'col' }, head))),
        ),
        this.#body,
      ),
    );
    this.#dump.setAttribute('aria-label', `Bytes of the newest message, ${title}`);
    this.#bytes.hidden = true;
    this.#bytes.querySelector('summary')!.addEventListener('click', () => {
      this.#isChosen = true;
    });
    this.#bytes.addEventListener('toggle', () => this.#showBytes());
    parent.append(make('h3', { id }, title), this.#meta, this.#fields, this.#charts.element, this.#bytes);
  }

  /** Forgets the channel that was shown. */
  clear(): void {
    this.#series = new Series();
    this.#rows.clear();
    this.#body.replaceChildren();
    this.showNone();
  }

  /** Shows that there is no message. */
  showNone(): void {
    this.#message = undefined;
    this.#fields.hidden = true;
    this.#bytes.hidden = true;
    setText(this.#meta, 'No message yet.');
  }

  /** Takes what is new. @param keepS - how far back charts go, in s */
  take({ series, message }: TrackFrame, keepS: number): void {
    if (series !== undefined) this.#series.take(series, keepS);
    if (message !== undefined) this.#show(message);
  }

  /** Draws the charts over this time, in s since the epoch. */
  draw(fromS: number, toS: number): void {
    this.#charts.draw(this.#series, this.#charted(), fromS, toS);
  }

  redraw(): void {
    this.#charts.redraw();
  }

  /** The fields that have charts: those that somebody chose, else the first few, and how many messages there are. */
  #charted(): string[] {
    const names = [...this.#series.fields.keys()];
    const numbers = names.filter((name) => name !== RATE);
    const chosen = numbers.filter((name, index) => this.#chosen.get(name) ?? index < CHARTED_FIRST);
    return names.includes(RATE) ? [...chosen, RATE] : chosen;
  }

  #show(message: ShownMessage): void {
    this.#message = message;
    const { size, count, missed, as, fields = [] } = message;
    const at = new Date(message.at * 1000);
    const time = `${at.toLocaleTimeString('en-GB')}.${`${at.getMilliseconds()}`.padStart(3, '0')}`;
    const parts = [
      `message ${formatCount(count)}`,
      `${formatCount(size)} bytes`,
      as ?? 'bytes',
      `at ${time}`,
    ];
    if (missed > 0) parts.push(`${formatCount(missed)} before it not seen`);
    setText(this.#meta, parts.join(' · '));
    const rows = fields.map(([name, value], index) => this.#rowOf(name, value, index));
    arrange(this.#body, rows);
    this.#fields.hidden = rows.length === 0;
    this.#bytes.hidden = false;
    // Until somebody says otherwise: what has no fields is shown as bytes.
    if (!this.#isChosen) this.#bytes.open = rows.length === 0;
    this.#showBytes();
  }

  #rowOf(name: string, value: string, index: number): HTMLElement {
    // Items may have the same key twice.
    const key = `${index} ${name}`;
    let row = this.#rows.get(key);
    if (row === undefined) {
      row = this.#makeRow(name);
      this.#rows.set(key, row);
    }
    setText(row.value, value);
    const isNumber = this.#series.fields.has(name);
    row.box.hidden = !isNumber;
    if (isNumber && document.activeElement !== row.box) row.box.checked = this.#charted().includes(name);
    return row.element;
  }

  #makeRow(name: string): FieldRow {
    const box = make('input', { type: 'checkbox', 'aria-label': `Chart of ${name}` });
    box.addEventListener('change', () => this.#chosen.set(name, box.checked));
    const value = make('td', { class: 'value' });
    const element = make(
      'tr',
      {},
      make('td', {}, box),
      make('th', { scope: 'row' }, name === '' ? '(no name)' : name),
      value,
    );
    element.dataset.field = name;
    return { element, value, box };
  }

  #showBytes(): void {
    if (this.#message === undefined || !this.#bytes.open) return;
    const bytes = Uint8Array.from(atob(this.#message.bytes), (character) => character.charCodeAt(0));
    const lines = hexDump(bytes);
    if (lines.length === 0) lines.push('(no bytes)');
    if (bytes.length < this.#message.size) {
      lines.push(`the first ${formatCount(bytes.length)} of ${formatCount(this.#message.size)} bytes`);
    }
    setText(this.#dump, lines.join('\n'));
  }
}
