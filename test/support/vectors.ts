import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repoRoot } from './repo-root.js';

/** What the original's C structs say a channel holds; 64-bit counters as decimal strings. */
export interface ChannelVector {
  sequence: number;
  data_size: number;
  write_count: string;
  read_count: string;
  data_hex: string;
}

/** One image of a whole segment with the default slot, and what it holds. */
export interface SegmentVector {
  file: string;
  state: string;
  header: Record<string, number | string>;
  master_to_slave: ChannelVector;
  slave_to_master: ChannelVector;
}

/** One image of a segment whose slots are not of the default size. */
export interface SizeVector {
  file: string;
  max_data_size: number;
  segment_size: number;
  channel_size: number;
  master_to_slave_offset: number;
  slave_to_master_offset: number;
  write_count_offset: number;
  read_count_offset: number;
  m2s: { sequence: number; data_size: number; write_count: number };
  s2m: { sequence: number; data_size: number; write_count: number };
  name: string;
  key: number;
}

export interface KeyVector {
  name: string;
  key: number;
}

export const segmentVectors: SegmentVector[] = readJson('segments.json');
export const sizeVectors: SizeVector[] = readJson('sizes.json');
export const keyVectors: KeyVector[] = readJson('keys.json');

/** Bytes of one of the images in test/vectors. */
export function readImage(file: string): Buffer {
  return readFileSync(vectorPath(file));
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(vectorPath(file), 'utf8'));
}

function vectorPath(file: string): string {
  return join(repoRoot, 'test', 'vectors', file);
}

/** The same value with every `snake_case` property name in camelCase, at any depth. */
export function camelCase<T>(value: unknown): T {
  return JSON.parse(JSON.stringify(value), (_, part) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).map(([name, field]) => [asCamelCase(name), field]))
      : part,
  );
}

function asCamelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
