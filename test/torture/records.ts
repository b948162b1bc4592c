/**
 * Torture with records: a writer at full speed, in C++ or in TypeScript, and a reader that looks by `view` and takes
 * snapshots, each in a process of its own.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Peers } from '../peers/build.js';
import { repoRoot } from '../support/repo-root.js';

/** One run. */
export interface RecordCase {
  readonly writer: 'c++' | 'typescript';
  readonly order: 'atomics' | 'plain';
  readonly size: 'small' | 'large';
}

/** What its reader saw. */
export interface RecordResult {
  readonly written: number;
  readonly views: number;
  readonly snapshots: number;
  readonly torn: number;
  readonly backward: number;
}

/** Every writer in every order it has, with records of both sizes. */
export const RECORD_CASES: readonly RecordCase[] = (['small', 'large'] as const).flatMap((size) => [
  { writer: 'c++', order: 'atomics', size } as const,
  { writer: 'typescript', order: 'atomics', size } as const,
  { writer: 'typescript', order: 'plain', size } as const,
]);

const built = (file: string) => join(repoRoot, 'dist/test/torture', file);

/** Builds the C++ writer once, does `work` with it, and removes it. */
export async function withCppWriter<T>(peers: Peers, work: (program: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'eshm-record-writer-'));
  try {
    const program = join(folder, 'record_writer');
    const source = join(repoRoot, 'test/torture/record_writer.cpp');
    const include = `-I${join(repoRoot, 'test/peers/cpp')}`;
    const linked = [peers.lib, `-Wl,-rpath,${dirname(peers.lib)}`];
    await promisify(execFile)('g++', ['-O2', '-std=c++17', include, source, '-o', program, ...linked]);
    return await work(program);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Runs one pair in channel `name`; its reader looks for `seconds`, and its writer writes until that is over. */
export async function tortureRecords(
  cppWriter: string,
  { writer, order, size }: RecordCase,
  seconds: number,
  name: string,
): Promise<RecordResult> {
  const words = [name, size, order];
  const writing =
    writer === 'c++'
      ? start(cppWriter, words)
      : start(process.execPath, [built('record-writer.js'), ...words]);
  await writing.said('open');
  const reading = start(process.execPath, [built('record-reader.js'), name, `${seconds}`, size]);
  const seen = await Promise.race([reading.ended, writing.ended]);
  writing.stop();
  const written = await writing.ended;
  // The library in a C++ writer may print before and behind what the writer says.
  const count = /wrote (\d+) records/.exec(written)?.[1];
  return { written: Number(count), ...(JSON.parse(seen) as Omit<RecordResult, 'written'>) };
}

interface Started {
  /** Ends its stdin: a writer has written enough then. */
  stop(): void;
  /** Resolves when it has said this, or has ended. */
  said(what: string): Promise<void>;
  /** What it has printed; rejects where it fails. */
  readonly ended: Promise<string>;
}

function start(program: string, args: readonly string[]): Started {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const ended = once(child, 'close').then(([code]) => {
    if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${output}`);
    return output;
  });
  ended.catch(() => {});
  return {
    ended,
    stop: () => child.stdin.end(),
    async said(what) {
      while (!output.includes(what)) await Promise.race([once(child.stdout, 'data'), ended]);
    },
  };
}
