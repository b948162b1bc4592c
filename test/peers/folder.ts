/**
 * `npm run --silent peers:folder`: builds the C library that stands in for the original's, and prints the folder that
 * libeshm.so is in, and nothing else:
 *
 *     lib=$(npm run --silent peers:folder)
 */
import { dirname } from 'node:path';
import { buildPeers, missingTools } from './build.js';

const missing = await missingTools(['c++']);
if (missing.length > 0) {
  console.error(`Cannot build the library: ${missing.join(' and ')} is missing, install it`);
  process.exit(1);
}
console.log(dirname((await buildPeers({ library: 'plain' })).lib));
