import { readFileSync } from 'node:fs';
import { MANIFEST } from './places.js';

/** The version of this package. */
export function packageVersion(): string {
  const manifest = readFileSync(MANIFEST, 'utf8');
  return JSON.parse(manifest).version;
}
