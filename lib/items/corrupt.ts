import { EshmError } from '../errors.js';

/** The error for a message that is no items: ESHM_CORRUPT, with the offset of the byte that shows it. */
export function corrupt(at: number, found: string, expected: string): EshmError {
  return new EshmError(
    'ESHM_CORRUPT',
    `Cannot read items: at byte ${at} there is ${found}, expected ${expected}`,
  );
}
