import { readFileSync } from 'node:fs';
import { PAGE } from '../places.js';

/** A file of the page as it is sent. */
export interface Asset {
  readonly type: string;
  readonly body: Buffer;
}

/** What the page is made of, by its path; nothing else is ever read. */
const FILES: Readonly<Record<string, string>> = {
  '/': 'index.html',
  '/page.css': 'page.css',
  '/uplot.css': 'uplot.css',
  '/icon.svg': 'icon.svg',
};

/** Modules of the page: `scripts/page.mjs` bundles what they import. */
const MODULES = ['main.js'];

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** The page's files, read once. */
export class Assets {
  readonly #files = new Map<string, Asset>();

  /** @throws {Error} when the package is not whole */
  constructor() {
    const modules = MODULES.map((file) => [`/${file}`, file] as const);
    for (const [path, file] of [...Object.entries(FILES), ...modules]) {
      const type = TYPES[file.split('.').at(-1)!]!;
      this.#files.set(path, { type, body: readFileSync(new URL(file, PAGE)) });
    }
  }

  /** The file at a path; `undefined` where there is none. */
  at(path: string): Asset | undefined {
    return this.#files.get(path);
  }
}
