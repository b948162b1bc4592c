import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { uniqueName } from '../support/channels.js';
import { env, installed } from './places.js';
import { denoWords } from './runtimes.js';

const run = promisify(execFile);

/** Permission flags, and what the first `open` under them does: works, or an error that names the cure. */
interface Permission {
  readonly title: string;
  readonly words: readonly string[] | undefined;
  /** In the error; `undefined` where it works. */
  readonly says?: string;
}

const LIMITED = '--permission --allow-fs-read=*';

/** Every row of the table. */
export function permissions(): Permission[] {
  const node = installed('node-24/bin/node');
  const deno = installed('@deno/linux-x64-glibc/deno');
  const nodeWords = (flags: string) => (node === undefined ? undefined : [node, ...flags.split(' ')]);
  return [
    {
      title: `node ${LIMITED} --allow-addons --allow-worker`,
      words: nodeWords(`${LIMITED} --allow-addons --allow-worker`),
    },
    {
      title: `node ${LIMITED} --allow-addons`,
      words: nodeWords(`${LIMITED} --allow-addons`),
      says: '--allow-worker',
    },
    {
      title: `node ${LIMITED} --allow-worker`,
      words: nodeWords(`${LIMITED} --allow-worker`),
      says: '--allow-addons',
    },
    {
      title: `node ${LIMITED} --allow-fs-write=/dev/shm/* --allow-worker`,
      words: nodeWords(`${LIMITED} --allow-fs-write=/dev/shm/* --allow-worker`),
    },
    {
      title: 'deno run --allow-ffi --allow-read --allow-env --allow-sys',
      words: deno ? denoWords(deno) : undefined,
    },
    {
      title: 'deno run --allow-read --allow-env --allow-sys',
      words: deno ? denoWords(deno, ['--allow-read', '--allow-env', '--allow-sys']) : undefined,
      says: '--allow-ffi',
    },
  ];
}

const OPEN = `
import { Eshm } from 'eshm';
try {
  Eshm.open(process.argv[2], { role: 'master' }).close();
  console.log('works');
} catch (error) {
  console.log(error.code, error.message);
}
`;

/** The program that {@link tryPermission} runs. */
export const OPEN_PROGRAM: readonly [file: string, text: string] = ['open.mjs', OPEN];

/** Fails unless the flags do what the row says, at once. */
export async function tryPermission(folder: string, { words, says }: Permission): Promise<void> {
  const [program, ...args] = [...words!, join(folder, OPEN_PROGRAM[0]), uniqueName('permission')];
  const { stdout } = await run(program!, args, { cwd: folder, env, timeout: 9000 });
  if (
    says === undefined ? stdout !== 'works\n' : !/^ESHM_UNSUPPORTED /.test(stdout) || !stdout.includes(says)
  ) {
    throw new Error(`said ${stdout.trim()}, expected ${says ?? 'works'}`);
  }
}
