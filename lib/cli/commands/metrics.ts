import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Command } from 'commander';
import { EshmError } from '../../errors.js';
import { endOnSignals } from '../conventions.js';
import { guarded } from '../guarded.js';
import { Scraper } from '../metrics/scrape.js';
import { createMetricsServer } from '../metrics/server.js';
import { parsePort } from '../parse.js';
import { print } from '../printing/report.js';

interface Options {
  /** `true` for `--port` without a number. */
  readonly port?: number | true;
  readonly host: string;
}

const DEFAULT_PORT = 9464;

const EXAMPLES = `
Examples:
  eshm metrics                            one page, for example for a textfile collector
  eshm metrics --port 9464                http://127.0.0.1:9464/metrics until Ctrl-C
  eshm metrics robot camera --port        these two by name: a segment knows only its key
  eshm metrics --port --host 0.0.0.0      also for a Prometheus on another machine

Looks from outside and read-only at all segments of this machine (of this IPC namespace) and
all files of /dev/shm at every scrape. Names are labels and choose nothing: all channels are
shown, and a name that nobody has created has no series until somebody creates it.
Needs the package prom-client: npm install prom-client@15.`;

/** `eshm metrics`: Prometheus text, once or for every scrape. */
export function metrics(program: Command): void {
  program
    .command('metrics')
    .description('print all channels as Prometheus text, or serve it')
    .argument('[names...]', 'names to show in the place of their keys, of those that there are')
    .option(
      '-p, --port [port]',
      `serve it over HTTP, on port ${DEFAULT_PORT} unless another is given`,
      parsePort,
    )
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .addHelpText('after', EXAMPLES)
    .action(guarded('show metrics', run));
}

async function run(names: string[], { port, host }: Options): Promise<void> {
  const scraper = await Scraper.load(names);
  if (port === undefined) {
    process.stdout.write(await scraper.page());
    return;
  }
  endOnSignals();
  const server = createMetricsServer(scraper);
  server.listen(port === true ? DEFAULT_PORT : port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new EshmError('ESHM_UNSUPPORTED', `Cannot serve metrics: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const { address, port: actual, family } = server.address() as AddressInfo;
  print(`http://${family === 'IPv6' ? `[${address}]` : address}:${actual}/metrics`);
}
