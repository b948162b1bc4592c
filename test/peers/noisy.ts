/**
 * `npm run --silent peers:noisy`: builds the C library that prints on stdout too, and prints its path and nothing else:
 *
 *     ESHM_LIB=$(npm run --silent peers:noisy) npm test
 */
import { buildPeers, missingTools } from './build.js';

const missing = await missingTools(['c++']);
if (missing.length > 0) {
  console.error(`Cannot build the noisy library: ${missing.join(' and ')} is missing, install it`);
  process.exit(1);
}
console.log((await buildPeers({ library: 'noisy' })).lib);
