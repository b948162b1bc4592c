import { createRequire } from 'node:module';
import { join } from 'node:path';
import { repoRoot } from '../../test/support/repo-root.js';
import { COLUMNS, ROWS } from '../../test/support/terminal.js';

/** What is used of \@xterm/headless; it is installed in docs/tools, where the compiler of this package does not look. */
interface Cell {
  getChars(): string;
  getFgColor(): number;
  isFgDefault(): boolean;
  isFgPalette(): boolean;
  isBgDefault(): boolean;
  isBold(): number;
  isDim(): number;
  isInverse(): number;
}
interface Emulator {
  readonly buffer: {
    readonly active: { getLine(row: number): { getCell(column: number): Cell | undefined } | undefined };
  };
  write(text: string, done: () => void): void;
}
interface Xterm {
  readonly Terminal: new (options: object) => Emulator;
}

/** Pixels. A monospaced character is 0.6 of its font size wide, near enough; `textLength` makes up for the rest. */
const FONT = 14;
const CELL = 8.4;
const LINE = 19;
const MARGIN = 14;
const BAR = 34;

const BACKGROUND = '#0d1117';
const FOREGROUND = '#d6dde6';
/** The eight colours of a terminal and their bright versions, each readable on the background. */
const PALETTE = [
  ...['#6e7681', '#ff7b72', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#d6dde6'],
  ...['#8b949e', '#ffa198', '#7ee787', '#f2cc60', '#a5d6ff', '#e2c5ff', '#b3f0ff', '#ffffff'],
];

/** Characters without a space between them, in one style. */
interface Word {
  readonly column: number;
  readonly style: string;
  text: string;
}

/**
 * Draws a terminal's screen as an SVG that needs no other file: each word stands at its own column, so that columns
 * stay columns in whatever font the reader has. Empty rows at the bottom are left out.
 *
 * @param screen - text with escape sequences, as `tmux capture-pane -e -p` gives it
 * @param title - text for the bar of the window: the command
 * @throws Error for a style that it does not draw
 */
export async function drawScreen(screen: string, title: string): Promise<string> {
  const emulator = await emulate(screen);
  const rows = Array.from({ length: ROWS }, (_, row) => drawRow(wordsOf(emulator, row), row));
  const used = rows.findLastIndex((row) => row !== '') + 1;
  const [width, height] = [COLUMNS * CELL + 2 * MARGIN, used * LINE + BAR + MARGIN];
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  const lights = ['#ff5f57', '#febc2e', '#28c840'].map(
    (colour, i) => `<circle cx="${MARGIN + 6 + 20 * i}" cy="${BAR / 2}" r="6" fill="${colour}"/>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${escapeXml(title)}">`,
    '<style>text{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;' +
      `font-size:${FONT}px;fill:${FOREGROUND};white-space:pre}.b{font-weight:700}.d{fill-opacity:.65}` +
      `${PALETTE.map((colour, i) => `.c${i}{fill:${colour}}`).join('')}</style>`,
    `<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="9" fill="${BACKGROUND}" stroke="#30363d"/>`,
    ...lights,
    `<text class="d" x="${width / 2}" y="${BAR / 2 + 5}" text-anchor="middle">${escapeXml(title)}</text>`,
    ...rows.filter((row) => row !== ''),
    '</svg>',
    '',
  ].join('\n');
}

async function emulate(screen: string): Promise<Emulator> {
  const require = createRequire(join(repoRoot, 'docs/tools/package.json'));
  const { Terminal } = require('@xterm/headless') as Xterm;
  const emulator = new Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true, convertEol: true });
  await new Promise<void>((done) => emulator.write(screen.replace(/\n+$/, ''), done));
  return emulator;
}

function wordsOf(emulator: Emulator, row: number): Word[] {
  const words: Word[] = [];
  let last: Word | undefined;
  for (let column = 0; column < COLUMNS; column++) {
    const cell = emulator.buffer.active.getLine(row)?.getCell(column);
    const text = cell?.getChars() ?? '';
    if (cell === undefined || text === '' || text === ' ') {
      last = undefined;
      continue;
    }
    const style = styleOf(cell);
    if (last?.style === style) last.text += text;
    else {
      last = { column, style, text };
      words.push(last);
    }
  }
  return words;
}

function styleOf(cell: Cell): string {
  if (!cell.isBgDefault() || cell.isInverse() || !(cell.isFgDefault() || cell.isFgPalette())) {
    throw new Error(`Cannot draw "${cell.getChars()}": only bold, dim and the palette's colours are known`);
  }
  const colour = cell.isFgPalette() ? [`c${cell.getFgColor()}`] : [];
  return [...(cell.isBold() ? ['b'] : []), ...(cell.isDim() ? ['d'] : []), ...colour].join(' ');
}

function drawRow(words: readonly Word[], row: number): string {
  const spans = words.map(({ column, style, text }) => {
    const wide = text.length > 1 ? ` textLength="${pixels(text.length * CELL)}"` : '';
    const look = style === '' ? '' : ` class="${style}"`;
    return `<tspan x="${pixels(MARGIN + column * CELL)}"${wide}${look}>${escapeXml(text)}</tspan>`;
  });
  return spans.length === 0 ? '' : `<text y="${BAR + (row + 1) * LINE - 5}">${spans.join('')}</text>`;
}

function pixels(value: number): string {
  return `${Number(value.toFixed(1))}`;
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
