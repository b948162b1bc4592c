import { formatAge, formatCount } from '../../printing/format.js';
import type { ChannelRow, RowSide } from '../protocol.js';
import { arrange, make, setText } from './dom.js';

interface Column {
  readonly title: string;
  /** What the title means, for who wants to know. */
  readonly about: string;
  readonly isNumber?: boolean;
  readonly show: (row: ChannelRow) => string;
  readonly order: (row: ChannelRow) => string | number;
}

const missedIn = ({ m2s, s2m }: ChannelRow) => m2s.missed + s2m.missed;

const COLUMNS: readonly Column[] = [
  {
    title: 'Channel',
    about: 'Its name where that is known, else its key',
    show: ({ label }) => label,
    order: ({ label }) => label,
  },
  {
    title: 'Memory',
    about: 'A System V segment, or a file of /dev/shm',
    show: ({ shm }) => shm,
    order: ({ shm }) => shm,
  },
  {
    title: 'State',
    about: 'live while a heart beats in it',
    show: ({ state }) => state,
    order: ({ state }) => ['live', 'stale', 'gone'].indexOf(state),
  },
  {
    title: 'Master',
    about: 'Process id and name',
    show: ({ master }) => showSide(master),
    order: ({ master }) => master.process,
  },
  {
    title: 'Slave',
    about: 'Process id and name',
    show: ({ slave }) => showSide(slave),
    order: ({ slave }) => slave.process,
  },
  {
    title: 'M→S /s',
    about: 'Messages per second from the master to the slave',
    isNumber: true,
    show: ({ m2s }) => showRate(m2s.rate),
    order: ({ m2s }) => m2s.rate ?? 0,
  },
  {
    title: 'S→M /s',
    about: 'Messages per second from the slave to the master',
    isNumber: true,
    show: ({ s2m }) => showRate(s2m.rate),
    order: ({ s2m }) => s2m.rate ?? 0,
  },
  {
    title: 'Missed',
    about: 'Messages that were overwritten before the other side read them, or still wait',
    isNumber: true,
    show: (row) => formatCount(missedIn(row)),
    order: missedIn,
  },
  {
    title: 'Beats /s',
    about: 'Heartbeats per second of master and slave, about 1000 when all is well',
    isNumber: true,
    show: ({ master, slave }) => `${showBeats(master)} / ${showBeats(slave)}`,
    order: ({ master, slave }) => (master.beats ?? 0) + (slave.beats ?? 0),
  },
  {
    title: 'Starts',
    about: 'How often a master has started in it',
    isNumber: true,
    show: ({ generation }) => formatCount(generation),
    order: ({ generation }) => generation,
  },
  {
    title: 'Age',
    about: 'Since the segment or the file was created',
    isNumber: true,
    show: ({ ageS }) => formatAge(ageS),
    order: ({ ageS }) => ageS,
  },
];

/** The table of channels. A row stays the same element for as long as its channel is there. */
export class ChannelTable {
  readonly #body = make('tbody');
  readonly #heads: HTMLTableCellElement[] = [];
  readonly #rows = new Map<string, TableRow>();
  readonly #choose: (id: string) => void;
  #shown: ChannelRow[] = [];
  #all: readonly ChannelRow[] = [];
  #sortBy = 0;
  #isDescending = false;
  #filter = '';
  #chosen: string | undefined;

  /** @param choose - called with the channel that was clicked */
  constructor(parent: Element, choose: (id: string) => void) {
    this.#choose = choose;
    const heads = COLUMNS.map((column, index) => this.#head(column, index));
    const caption = make('caption', { class: 'quiet', hidden: '' }, 'Channels of this machine');
    parent.append(make('table', {}, caption, make('thead', {}, make('tr', {}, ...heads)), this.#body));
    this.#markSorted();
  }

  #head({ title, about, isNumber }: Column, index: number): HTMLTableCellElement {
    const button = make('button', { type: 'button', title: about }, title);
    button.addEventListener('click', () => {
      this.#isDescending = this.#sortBy === index ? !this.#isDescending : isNumber === true;
      this.#sortBy = index;
      this.#markSorted();
      this.#render();
    });
    const head = make('th', { scope: 'col', ...(isNumber && { class: 'number' }) }, button);
    this.#heads.push(head);
    return head;
  }

  #markSorted(): void {
    this.#heads.forEach((head, index) => {
      if (index !== this.#sortBy) head.removeAttribute('aria-sort');
      else head.setAttribute('aria-sort', this.#isDescending ? 'descending' : 'ascending');
    });
  }

  /** The rows as they are shown. */
  get shown(): readonly ChannelRow[] {
    return this.#shown;
  }

  show(rows: readonly ChannelRow[]): void {
    this.#all = rows;
    this.#render();
  }

  /** Shows the channels in whose texts this one is. */
  filter(text: string): void {
    this.#filter = text.trim().toLowerCase();
    this.#render();
  }

  mark(chosen: string | undefined): void {
    this.#chosen = chosen;
    this.#render();
  }

  #render(): void {
    const { order } = COLUMNS[this.#sortBy]!;
    const sign = this.#isDescending ? -1 : 1;
    this.#shown = this.#all
      .filter((row) => textOf(row).includes(this.#filter))
      .sort((a, b) => sign * compare(order(a), order(b)) || compare(a.id, b.id));
    for (const id of this.#rows.keys()) if (this.#all.every((row) => row.id !== id)) this.#rows.delete(id);
    const elements = this.#shown.map((row) => {
      const shown = this.#rows.get(row.id) ?? new TableRow(row.id, this.#choose);
      this.#rows.set(row.id, shown);
      shown.show(row, row.id === this.#chosen);
      return shown.element;
    });
    arrange(this.#body, elements);
  }

  /** Moves to the row this many further down, and gives it. */
  step(by: number): ChannelRow | undefined {
    const at = this.#shown.findIndex(({ id }) => id === this.#chosen);
    const row = this.#shown[Math.min(Math.max(at < 0 ? 0 : at + by, 0), this.#shown.length - 1)];
    if (row !== undefined) this.#rows.get(row.id)?.element.scrollIntoView({ block: 'nearest' });
    return row;
  }
}

class TableRow {
  readonly element = make('tr');
  readonly #link: HTMLAnchorElement;
  readonly #cells: HTMLElement[];

  constructor(id: string, choose: (id: string) => void) {
    this.#link = make('a', { href: hashOf(id) });
    this.#cells = COLUMNS.map(({ isNumber }, index) => {
      if (index === 0) return make('th', { scope: 'row' }, this.#link);
      return make('td', isNumber ? { class: 'number' } : {});
    });
    this.element.append(...this.#cells);
    this.element.dataset.channel = id;
    this.element.addEventListener('click', (event) => {
      event.preventDefault();
      choose(id);
    });
  }

  show(row: ChannelRow, isChosen: boolean): void {
    COLUMNS.forEach(({ show }, index) => {
      setText(index === 0 ? this.#link : this.#cells[index]!, show(row));
    });
    this.#cells[2]!.dataset.state = row.state;
    this.#cells[0]!.title = row.place;
    this.#cells[3]!.title = row.master.health;
    this.#cells[4]!.title = row.slave.health;
    this.element.toggleAttribute('data-chosen', isChosen);
    if (isChosen) this.#link.setAttribute('aria-current', 'true');
    else this.#link.removeAttribute('aria-current');
  }
}

/** The end of an address that chooses a channel. */
export function hashOf(id: string): string {
  return `#${encodeURIComponent(id)}`;
}

function compare(a: string | number, b: string | number): number {
  return typeof a === 'string' ? a.localeCompare(`${b}`) : a - (b as number);
}

function textOf({ label, place, master, slave }: ChannelRow): string {
  return `${label}\n${place}\n${showSide(master)}\n${showSide(slave)}`.toLowerCase();
}

function showSide({ pid, process }: RowSide): string {
  return pid === 0 ? '-' : `${pid} ${process}`;
}

/** A rate with as many digits as somebody reads. */
export function showRate(rate: number | null): string {
  if (rate === null) return '-';
  return rate >= 100 ? formatCount(Math.round(rate)) : `${Math.round(rate * 10) / 10}`;
}

function showBeats({ beats }: RowSide): string {
  return beats === null ? '-' : `${Math.round(beats)}`;
}
