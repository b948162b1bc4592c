import assert from 'node:assert/strict';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { deriveKey } from '../../layout/index.js';
import { listSegments, Segment, type SegmentStat } from '../../syscalls/index.js';

export { thrownBy } from './thrown.js';

let count = 0;
const names = new Set<string>();

/** A channel name that no other test and no other run uses; {@link removeLeftovers} takes away what it left. */
export function uniqueName(what = 'lib'): string {
  count += 1;
  const name = `test-${what}-${process.pid}-${Date.now().toString(36)}-${count}`;
  names.add(name);
  return name;
}

/** The segment under the key of `name`, as the kernel's table has it. */
export function segmentOf(name: string): SegmentStat | undefined {
  const key = deriveKey(name);
  return listSegments().find((segment) => segment.key === key);
}

/** A copy of the bytes of the segment of `name`. */
export function imageOf(name: string): Buffer {
  return Buffer.from(Segment.read(Segment.find(deriveKey(name))));
}

/** The file in which POSIX builds keep the channel of this name. */
export function fileOf(name: string): string {
  // Cut with the slash that shm_open wants in front: 255 bytes of it.
  return `/dev/shm/${Buffer.from(`eshm_${name.replaceAll('/', '_')}`).subarray(0, 254)}`;
}

function hasFile(name: string): boolean {
  return statSync(fileOf(name), { throwIfNoEntry: false }) !== undefined;
}

/** System V attachments of this process, one line of its memory map each. */
export function attachmentsHere(): number {
  return readFileSync('/proc/self/maps', 'utf8')
    .split('\n')
    .filter((line) => line.includes('/SYSV')).length;
}

/** Removes the segments and files of this file's names, and no others; returns the names that had one. */
export function removeLeftovers(): string[] {
  const inKernel = [...names].filter((name) => segmentOf(name) !== undefined);
  for (const name of inKernel) Segment.remove(segmentOf(name)!.id);
  const inFiles = [...names].filter(hasFile);
  for (const name of inFiles) rmSync(fileOf(name), { recursive: true, force: true });
  names.clear();
  return [...new Set([...inKernel, ...inFiles])];
}

/**
 * For an afterEach hook: fails the test that left a segment or an attachment behind.
 *
 * @param attachments - those of this process before the test
 */
export function assertNothingLeft(attachments = 0): void {
  assert.deepEqual(removeLeftovers(), [], 'names whose segment or file was left behind');
  assert.equal(attachmentsHere(), attachments, 'attachments of this process');
}

/** Longest pause between two looks of {@link until}, in ms: a look may ask other processes, which costs all of them. */
const LONGEST_PAUSE_MS = 20;

/** Waits until `condition` holds; fails under a watchdog only, never for being slow. */
export async function until(what: string, condition: () => Promise<boolean> | boolean): Promise<void> {
  const watchdog = Date.now() + 120_000;
  for (let pauseMs = 1; !(await condition()); pauseMs = Math.min(1.5 * pauseMs, LONGEST_PAUSE_MS)) {
    if (Date.now() > watchdog) throw new Error(`Never saw: ${what}`);
    await sleep(pauseMs);
  }
}
