import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildPeers } from '../peers/build.js';
import { PeerProcess } from '../peers/peer-process.js';
import { uniqueName } from '../support/channels.js';
import { env, installed, versionOf } from './places.js';

/** A program that runs JavaScript, and the words before the file. */
export interface Runtime {
  readonly title: string;
  readonly words: readonly string[];
}

const DENO_LEAVE = ['--allow-ffi', '--allow-read', '--allow-env', '--allow-sys'];

/** The words of Deno with all the leave that the package needs, or less. */
export function denoWords(binary: string, leave: readonly string[] = DENO_LEAVE): string[] {
  return [binary, 'run', '--quiet', '--no-prompt', '--node-modules-dir=manual', ...leave];
}

/** What is installed of each runtime; `undefined` in the place of words for what is not. */
export function runtimes(): { title: string; words: readonly string[] | undefined }[] {
  const bun = installed('@oven/bun-linux-x64/bin/bun');
  const deno = installed('@deno/linux-x64-glibc/deno');
  const nodes = [20, 22, 24, 26].map((line) => {
    const isOwn = process.versions.node.startsWith(`${line}.`);
    const binary = isOwn ? process.execPath : installed(`node-${line}/bin/node`);
    const version = isOwn ? process.versions.node : binary && versionOf(`node-${line}`);
    return { title: `Node ${version ?? line}`, words: binary === undefined ? undefined : [binary] };
  });
  return [
    ...nodes,
    { title: `Bun ${bun ? versionOf('@oven/bun-linux-x64') : ''}`, words: bun ? [bun] : undefined },
    {
      title: `Deno ${deno ? versionOf('@deno/linux-x64-glibc') : ''}`,
      words: deno ? denoWords(deno) : undefined,
    },
  ];
}

/** Longest anything here may take, in ms. */
const WATCHDOG_MS = 120_000;

/**
 * The runtime as `role` and a C++ peer on the other side: a message each way, an event loop that stands still for longer
 * than the stale threshold, a clean end.
 */
export async function talk(folder: string, { words }: Runtime, role: 'master' | 'slave'): Promise<void> {
  const name = uniqueName('runtimes');
  const peer = PeerProcess.start(await buildPeers());
  if (role === 'slave') await peer.open('master', name, 'threshold=1000');
  const [program, ...args] = [...words, join(folder, 'side.mjs'), role, name];
  const side = spawn(program!, args, { cwd: folder, env, stdio: 'pipe' });
  const watchdog = setTimeout(() => side.kill('SIGKILL'), WATCHDOG_MS);
  const exited = once(side, 'exit');
  let said = '';
  side.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const lines = createInterface({ input: side.stdout })[Symbol.asyncIterator]();
  const expectLine = async (expected: string) => {
    const { value, done } = await lines.next();
    if (done || value !== expected) throw new Error(`said ${value ?? said.trim()}, expected ${expected}`);
  };
  try {
    await expectLine('open');
    if (role === 'master') await peer.open('slave', name);
    const hello = `${await peer.read(120_000)}`;
    if (hello !== `hello from a ${role}`) throw new Error(`C++ read ${hello}`);
    await expectLine('sent');
    await peer.write(Buffer.from('answer'));
    await expectLine('read answer');
    const before = await peer.staleCount();
    await expectLine('blocked');
    const stale = (await peer.staleCount()) - before;
    if (stale > 0) throw new Error('it was stale while its event loop stood still');
    side.stdin.end();
    await expectLine('closed');
    const [code] = await exited;
    if (code !== 0) throw new Error(`it ended with code ${code}: ${said.trim()}`);
    await peer.quit();
  } finally {
    clearTimeout(watchdog);
    side.kill('SIGKILL');
    await peer.kill().catch(() => {});
  }
}
