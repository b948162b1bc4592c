import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EshmError } from '../../errors.js';
import { warn } from '../printing/report.js';
import { bracketed } from './guard.js';

/** Ports that are tried where the user named none. */
const PORTS_TRIED = 10;

/**
 * Listens, and gives the page's address. Where the port is in use and the user did not name it, one of the next is taken,
 * with a line on stderr.
 *
 * @throws {EshmError} ESHM_UNSUPPORTED where it cannot listen
 */
export async function listen(server: Server, host: string, port: number, isNamed: boolean): Promise<string> {
  for (let tried = port; ; tried++) {
    try {
      server.listen(tried, host);
      await once(server, 'listening');
      break;
    } catch (error) {
      const isUsed = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (isUsed && !isNamed && tried < port + PORTS_TRIED - 1) continue;
      throw refusal(error as NodeJS.ErrnoException, host, tried, isNamed || !isUsed ? undefined : port);
    }
  }
  const { address, port: actual } = server.address() as AddressInfo;
  if (port !== 0 && actual !== port) warn(`Port ${port} is in use, the page is on ${actual}`);
  return `http://${bracketed(address)}:${actual}/`;
}

function refusal(
  error: NodeJS.ErrnoException,
  host: string,
  port: number,
  first: number | undefined,
): EshmError {
  const what = first === undefined ? `port ${port}` : `ports ${first} to ${port}`;
  const why = {
    EADDRINUSE: `${what} of ${host} is in use; give another with --port, or --port 0 for any that is free`,
    EACCES: `this user may not listen on ${what}; expected one from 1024`,
    EADDRNOTAVAIL: `${host} is no address of this machine; see \`ip address\``,
    ENOTFOUND: `there is no address for ${host}; expected one of this machine`,
  }[error.code ?? ''];
  return new EshmError('ESHM_UNSUPPORTED', `Cannot serve the page: ${why ?? error.message}`, {
    cause: error,
  });
}
