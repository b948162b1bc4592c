import { existsSync } from 'node:fs';
import { lacks } from './needs.js';

/** Where Debian's package has it, and where others do. */
const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A string and not a literal: its types need those of a browser's document, which nothing here is compiled with. */
const DRIVER: string = 'puppeteer-core';

/** As much of a Puppeteer page as is used here. */
export interface Page {
  setDefaultNavigationTimeout(ms: number): void;
  goto(url: string, options?: { waitUntil: 'domcontentloaded' }): Promise<unknown>;
  reload(): Promise<unknown>;
  url(): string;
  click(selector: string): Promise<void>;
  close(): Promise<void>;
  bringToFront(): Promise<void>;
  setViewport(size: { width: number; height: number; deviceScaleFactor?: number }): Promise<void>;
  /** Runs JavaScript in the page and gives what it comes to. */
  evaluate(code: string): Promise<unknown>;
  emulateMediaFeatures(features: { name: string; value: string }[]): Promise<void>;
  screenshot(options: { path: string }): Promise<unknown>;
  on(event: string, listener: (what: never) => void): void;
  readonly keyboard: { press(key: string): Promise<void>; type(text: string): Promise<void> };
  readonly accessibility: { snapshot(): Promise<AccessibleNode> };
}

/** A node of what a screen reader is told. */
export interface AccessibleNode {
  readonly role: string;
  readonly name?: string;
  readonly children?: readonly AccessibleNode[];
}

/** A browser that runs. */
export interface Browser {
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

/** The installed Chromium's path. */
export function chromiumPath(): string | undefined {
  return PATHS.find((path) => existsSync(path));
}

/** Starts it without a window. */
export async function startChromium(path: string): Promise<Browser> {
  const { launch } = await import(DRIVER);
  // Its sandbox refuses to run as root; a small /dev/shm must not end it.
  const args = ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb'];
  return launch({ executablePath: path, args, protocolTimeout: 120_000, timeout: 120_000 });
}

/** Longest a page may take to load, in ms; then it hangs. */
const NAVIGATION_MS = 120_000;

/** An empty page, which has the time to load that a busy machine needs. */
export async function newPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultNavigationTimeout(NAVIGATION_MS);
  return page;
}

/** For a `before` hook: a headless Chromium, or skips what follows where there is none. */
export function requireChromium(context: Mocha.Context): Promise<Browser> {
  const path = chromiumPath();
  if (path === undefined) lacks(context, 'chromium is missing: install it with apt-get install chromium');
  return startChromium(path);
}

/** What goes wrong in a page: errors in its console, exceptions, requests that were refused. Filled as it comes. */
export function troublesOf(page: Page): string[] {
  const troubles: string[] = [];
  page.on('console', (message: { type(): string; text(): string }) => {
    if (['error', 'warn'].includes(message.type())) troubles.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error: Error) => troubles.push(`exception: ${error}`));
  page.on('dialog', (dialog: { message(): string; dismiss(): Promise<void> }) => {
    troubles.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('response', (response: { status(): number; url(): string }) => {
    if (response.status() >= 400) troubles.push(`${response.status()}: ${response.url()}`);
  });
  return troubles;
}

const quote = (text: string) => JSON.stringify(text);

/** The text of the first element that matches; empty where there is none. */
export async function textOf(page: Page, selector: string): Promise<string> {
  return `${await page.evaluate(`document.querySelector(${quote(selector)})?.textContent ?? ''`)}`;
}

/** How many elements match. */
export async function countOf(page: Page, selector: string): Promise<number> {
  return Number(await page.evaluate(`document.querySelectorAll(${quote(selector)}).length`));
}
