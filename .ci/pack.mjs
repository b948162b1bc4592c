/**
 * What is published differs from what lies in a checkout, and this is where: `npm pack` and `npm publish` run it before
 * (`prepack`) and after (`postpack`).
 *
 *   node .ci/pack.mjs            makes package.json as it is published, and keeps the original
 *   node .ci/pack.mjs restore    puts the original back; does nothing where there is none
 *   node .ci/pack.mjs check      fails unless `repository` says where this is published from
 *
 * package.json loses `scripts` (a published `prepare` is run by nobody and frightens some) and `devDependencies`.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const file = join(process.cwd(), 'package.json');
const kept = join(process.cwd(), 'build', 'pack-originals');

const manifest = () => JSON.parse(readFileSync(file, 'utf8'));

function prepare() {
  restore();
  mkdirSync(kept, { recursive: true });
  cpSync(file, join(kept, 'package.json'));
  const { scripts: _, devDependencies: __, ...rest } = manifest();
  writeFileSync(file, `${JSON.stringify(rest, null, 2)}\n`);
}

function restore() {
  if (!existsSync(kept)) return;
  cpSync(join(kept, 'package.json'), file);
  rmSync(kept, { recursive: true });
}

function check() {
  const url = manifest()
    .repository.url.replace(/^git\+/, '')
    .replace(/\.git$/, '');
  if (!new URL(url).hostname.endsWith('.example')) return;
  console.error(
    `Cannot publish: repository is ${url}, which is nowhere, expected where this is published from; set "repository" in package.json, because provenance is checked against it`,
  );
  process.exit(1);
}

const actions = { undefined: prepare, restore, check };
actions[process.argv[2]]();
