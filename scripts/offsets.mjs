/*
 * Reads off the declarations of layout/declaration.ts, which tsc has compiled, what layout/segment.ts needs of them, and
 * writes `dist/layout/offsets.js`. A part of `npm run build`.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const dist = new URL('../dist/layout/', import.meta.url);

/** The exports of the module, by name; layout/offsets.d.ts says what they are. */
export async function offsets() {
  const { declareChannel, Header } = await import(new URL('declaration.js', dist).href);
  const Channel = declareChannel(8);
  const { sequence, dataSize, data, writeCount, ...behind } = Channel.getOffsets();
  return {
    HEADER: Header.getOffsets(),
    HEADER_SIZE: Header.baseSize,
    CHANNEL_START: { sequence, dataSize, data },
    COUNTERS: Object.fromEntries(
      Object.entries({ writeCount, ...behind }).map(([field, at]) => [field, at - writeCount]),
    ),
    COUNTERS_SIZE: behind.readCount - writeCount + BigUint64Array.BYTES_PER_ELEMENT,
  };
}

/** Writes the module. */
export async function writeOffsets() {
  const lines = Object.entries(await offsets()).map(([name, value]) => {
    const text = JSON.stringify(value);
    return `export const ${name} = ${typeof value === 'object' ? `Object.freeze(${text})` : text};\n`;
  });
  writeFileSync(new URL('offsets.js', dist), lines.join(''));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeOffsets();
