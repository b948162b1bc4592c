import { EshmError } from '../errors.js';

/** What the npm package `prom-client` exports. */
export type PromClient = typeof import('prom-client');

/** A string and not a literal, so that nobody who wants no metrics needs it: no bundler looks for it. */
const CLIENT: string = 'prom-client';

/**
 * Loads `prom-client`, which only who wants metrics installs.
 *
 * @param action - what it is needed for, for the message
 * @param otherwise - what else can be done, as the end of a sentence
 * @throws {EshmError} ESHM_UNSUPPORTED when it is not installed
 */
export async function loadPromClient(action: string, otherwise = ''): Promise<PromClient> {
  try {
    return (await import(/* webpackIgnore: true */ /* @vite-ignore */ CLIENT)) as PromClient;
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new EshmError(
      'ESHM_UNSUPPORTED',
      `Cannot ${action}: the package prom-client is not installed, expected version 15; run \`npm install prom-client@15\` where eshm is installed${otherwise}`,
      { cause: error },
    );
  }
}

/** Node, Deno and Bun give a code each; what is missing inside `prom-client` is another matter. */
function isMissing(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const isNotFound = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
  return isNotFound && /['"](npm:)?prom-client\b/.test(`${message}`);
}
