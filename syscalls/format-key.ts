/**
 * A key as `ipcs -m` prints it: eight hexadecimal digits after `0x`.
 *
 * @param key - signed or unsigned, 32 bits
 */
export function formatKey(key: number): string {
  return `0x${(key >>> 0).toString(16).padStart(8, '0')}`;
}
