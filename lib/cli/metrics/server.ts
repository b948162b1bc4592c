import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { warn } from '../printing/report.js';
import type { Scraper } from './scrape.js';

/** Where the page is. */
const PATH = '/metrics';

/** A server with one page, for GET and HEAD; anything else is told where it is. */
export function createMetricsServer(scraper: Scraper): Server {
  return createServer((request, response) => {
    answer(scraper, request, response).catch((error: Error) => {
      // Prometheus shows the scrape as failed and goes on.
      warn(`Cannot answer a scrape: ${error.message}`);
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
      response.end(`${error.message}\n`);
    });
  });
}

async function answer(scraper: Scraper, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const plain = { 'content-type': 'text/plain; charset=utf-8' };
  if (new URL(request.url ?? '/', 'http://localhost').pathname !== PATH) {
    response.writeHead(404, plain).end(`The metrics are at ${PATH}\n`);
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { ...plain, allow: 'GET, HEAD' }).end('Expected GET\n');
    return;
  }
  const page = await scraper.page();
  response.writeHead(200, { 'content-type': scraper.contentType }).end(page);
}
