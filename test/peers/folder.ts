/**
 * `npm run --silent peers:folder [-- --shm KIND]`: builds the C library that stands in for the original's, and prints the
 * folder that libeshm.so is in, and nothing else. KIND is system-v (the default), posix or posix-remembers:
 *
 *     lib=$(npm run --silent peers:folder)
 */
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { buildPeers, missingTools } from './build.js';
import { parseShmKind } from './shm-kind.js';

const { values } = parseArgs({ options: { shm: { type: 'string', default: 'system-v' } } });
const shm = parseShmKind(values.shm);
const missing = await missingTools(['c++']);
if (missing.length > 0) {
  console.error(`Cannot build the library: ${missing.join(' and ')} is missing, install it`);
  process.exit(1);
}
console.log(dirname((await buildPeers({ library: 'plain', shm })).lib));
