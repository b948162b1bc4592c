import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Assets } from './assets.js';
import type { Guard } from './guard.js';
import { type Live, MAX_PAGES } from './live.js';
import type { About } from './protocol.js';
import type { RecordedView } from './recorded-view.js';

/** What is served: a live machine or a file. */
export interface Served {
  readonly about: About;
  readonly live?: Live;
  readonly recording?: RecordedView;
}

/** Connections at once: pages, and what each loads beside its stream. */
const MAX_CONNECTIONS = 4 * MAX_PAGES;

/** Of every answer: nothing but this server's own files runs in the page or is loaded by it, and no other page frames it. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

const PLAIN = { 'content-type': 'text/plain; charset=utf-8' };

/** Longest and shortest range of a chart, in s. */
const RANGE_S = { least: 1, most: 5400 };

/** What is asked for under these names. */
class Query {
  readonly #given: URLSearchParams;

  constructor(given: URLSearchParams) {
    this.#given = given;
  }

  text(name: string): string | undefined {
    return this.#given.get(name) ?? undefined;
  }

  /** @throws {RangeError} where it is no number */
  number(name: string, otherwise?: number): number {
    const text = this.#given.get(name);
    const value = text === null || text.trim() === '' ? (otherwise ?? Number.NaN) : Number(text);
    if (Number.isFinite(value)) return value;
    throw new RangeError(
      `Cannot read ${name}: it is ${text === null ? 'missing' : 'no number'}, expected one`,
    );
  }
}

/** The server of the page. It answers GET, and changes nothing anywhere. */
export function createViewServer(assets: Assets, guard: Guard, served: Served): Server {
  const server = createServer((request, response) => {
    answer(request, response, assets, guard, served).catch((error: Error) => {
      const isWrong = error instanceof RangeError;
      if (!response.headersSent) response.writeHead(isWrong ? 400 : 500, { ...HEADERS, ...PLAIN });
      response.end(`${error.message}\n`);
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  assets: Assets,
  guard: Guard,
  served: Served,
): Promise<void> {
  const asked = `http://localhost${request.url ?? '/'}`;
  const { pathname: path, searchParams } = new URL(URL.canParse(asked) ? asked : 'http://localhost/*');
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  const { method, headers } = request;
  const refusal = guard.refuse({ method, headers, path });
  if (refusal !== undefined) {
    const { status, reason } = refusal;
    response.writeHead(status, { ...PLAIN, ...(status === 405 && { allow: 'GET' }), connection: 'close' });
    response.end(`${reason}\n`);
    return;
  }
  const asset = assets.at(path);
  if (asset !== undefined) {
    response.writeHead(200, { 'content-type': asset.type, 'content-length': asset.body.length });
    response.end(asset.body);
    return;
  }
  const query = new Query(searchParams);
  if (path === '/about') json(response, served.about);
  else if (path === '/events' && served.live) openStream(response, served.live, query);
  else if (path === '/history') json(response, await historyOf(served, query, untilClosed(response)));
  else if (path === '/message' && served.recording) {
    json(response, await messageOf(served.recording, query, untilClosed(response)));
  } else response.writeHead(404, PLAIN).end('There is nothing here; the page is at /\n');
}

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value ?? null));
}

function openStream(response: ServerResponse, live: Live, query: Query): void {
  if (!live.hasRoom) {
    response.writeHead(503, PLAIN).end(`${MAX_PAGES} pages are open, which is as many as there may be\n`);
    return;
  }
  const rangeS = Math.min(Math.max(query.number('range', 60), RANGE_S.least), RANGE_S.most);
  live.open(response, { channel: query.text('channel'), rangeS });
}

/** Aborted when the page has gone, or wants something else by now. */
function untilClosed(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  return controller.signal;
}

async function historyOf({ live, recording }: Served, query: Query, signal: AbortSignal): Promise<unknown> {
  const [channel, from, to] = [query.text('channel') ?? '', query.number('from'), query.number('to')];
  return live === undefined ? recording?.history(channel, from, to, signal) : live.history(channel, from, to);
}

async function messageOf(recording: RecordedView, query: Query, signal: AbortSignal): Promise<unknown> {
  const direction = query.text('direction');
  if (direction !== 'm2s' && direction !== 's2m') {
    throw new RangeError(`Cannot read direction: it is ${direction ?? 'missing'}, expected m2s or s2m`);
  }
  return recording.message(query.text('channel') ?? '', direction, query.number('at'), signal);
}
