/** The directions as people read them: what the master writes, and what the slave writes. */
export const WAYS = { m2s: 'M>S', s2m: 'S>M' } as const;

/** A count with thousands separated: `12,345`. */
export function formatCount(count: bigint | number): string {
  return count.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** A count in five characters or less: `999`, `12.3k`, `4.5M`. */
export function formatShort(count: bigint | number): string {
  const value = Number(count);
  if (value < 1000) return Number.isInteger(value) ? `${value}` : value.toFixed(1);
  for (const [unit, size] of [
    ['k', 1e3],
    ['M', 1e6],
    ['G', 1e9],
    ['T', 1e12],
  ] as const) {
    const scaled = value / size;
    if (scaled < 99.95) return `${scaled.toFixed(1)}${unit}`;
    if (scaled < 999.5) return `${scaled.toFixed(0)}${unit}`;
  }
  return value.toExponential(0);
}

/** A measured number with four digits that count, to a thousandth at best: `0.125`, `12.50`, `999.9`, `1000`. */
export function formatFigure(value: number): string {
  return value.toFixed(value >= 1000 ? 0 : value >= 100 ? 1 : value >= 10 ? 2 : 3);
}

/** Bytes: `8,576 B`, `1.0 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 2 ** 16) return `${formatCount(bytes)} B`;
  const [unit, size] =
    bytes < 2 ** 20 ? ['KiB', 2 ** 10] : bytes < 2 ** 30 ? ['MiB', 2 ** 20] : ['GiB', 2 ** 30];
  return `${(bytes / (size as number)).toFixed(1)} ${unit}`;
}

/** A duration in its largest unit: `5s`, `3m`, `7h`, `12d`. */
export function formatAge(seconds: number): string {
  if (seconds < 60) return `${Math.max(0, Math.floor(seconds))}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

/** Permission bits as `ls` and `ipcs` write them: `0666`. */
export function formatMode(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

/** A 64-bit counter for JSON: a number while it is exact, else decimal digits. */
export function toJsonNumber(count: bigint): number | string {
  return count <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(count) : count.toString();
}
