/** The code that documents show: found in their pages, and run as programs of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repoRoot } from './repo-root.js';

/** The text of a document or source of this project. */
export const read = (path: string): string => readFileSync(join(repoRoot, path), 'utf8');

/** The code blocks of a language in one of the documents, in their order. */
export function codeBlocks(page: string, language: string): string[] {
  return [...read(page).matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(
    (match) => match[1]!,
  );
}

/** The places of a page that a link can name: its headings, as GitHub calls them, and anchors of its own. */
export function anchorsOf(text: string): Set<string> {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set([...headings, ...[...text.matchAll(/<a id="([^"]+)">/g)].map((match) => match[1]!)]);
}

/** A link of a page. */
export interface Link {
  /** The file, as the link has it; empty for the page itself. */
  readonly file: string;
  /** The place on it. */
  readonly anchor: string | undefined;
}

/** The links and pictures of a page that lead to files: all but those of the web. */
export function linksOf(text: string): Link[] {
  return [...text.matchAll(/\]\((?![a-z]+:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].map(([, file, anchor]) => ({
    file: file!,
    anchor,
  }));
}

/** The addresses of a page that lead into the web. */
export function addressesOf(text: string): string[] {
  return [...text.matchAll(/\]\((https?:[^)\s]+)\)/g)].map((match) => match[1]!);
}

/** What a program left. */
export interface Result {
  readonly code: number | null;
  /** Both streams together. */
  readonly output: string;
  readonly stdout: string;
}

/** A program that has not ended by then hangs: it is killed, in ms. */
const WATCHDOG_MS = 280_000;

/** Programs in a folder of the package's own, where `import 'eshm'` means this package. */
export class Programs {
  readonly folder: string;
  #children: ChildProcess[] = [];

  constructor() {
    mkdirSync(join(repoRoot, 'build'), { recursive: true });
    this.folder = mkdtempSync(join(repoRoot, 'build', 'documents-'));
  }

  /** Keeps `text` as a file beside the programs; returns its path. */
  write(name: string, text: string): string {
    const file = join(this.folder, name);
    writeFileSync(file, text);
    return file;
  }

  /** Runs an ES module as a program and gives its exit code and output. */
  run(code: string, ...args: string[]): Promise<Result> {
    const file = this.write(`${args[0] ?? 'program'}-${this.#children.length}.mjs`, code);
    return this.start(process.execPath, [file, ...args]);
  }

  /** Runs any command in the folder. @param heard - told what it prints as it comes, of both streams */
  async start(
    command: string,
    args: readonly string[],
    env = process.env,
    heard: (text: string) => void = () => {},
  ): Promise<Result> {
    const child = spawn(command, args, { cwd: this.folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#children.push(child);
    let [output, stdout] = ['', ''];
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      heard(text);
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      stdout += text;
      heard(text);
    });
    const watchdog = setTimeout(() => child.kill('SIGKILL'), WATCHDOG_MS);
    const [code] = await once(child, 'close');
    clearTimeout(watchdog);
    return { code, output, stdout };
  }

  /** Asks those that run to end. */
  endAll(signal: NodeJS.Signals = 'SIGTERM'): void {
    for (const child of this.#children) child.kill(signal);
  }

  /** Ends them for certain and forgets them. */
  killAll(): void {
    this.endAll('SIGKILL');
    this.#children = [];
  }

  /** Removes the folder. */
  dispose(): void {
    this.killAll();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The names of a class's members, static ones too, with those of the classes of ours that it is built on. */
export function membersOf(ours: { readonly prototype: object }): string[] {
  if (ours.prototype === EventEmitter.prototype) return [];
  const own = [...Object.getOwnPropertyNames(ours.prototype), ...Object.getOwnPropertyNames(ours)];
  return [...own, ...membersOf(Object.getPrototypeOf(ours))];
}
