/**
 * What is published differs from what lies in a checkout, and this is where: `npm pack` and `npm publish` run it before
 * (`prepack`) and after (`postpack`).
 *
 *   node .ci/pack.mjs            makes package.json and the pages as they are published, and keeps the originals
 *   node .ci/pack.mjs restore    puts the originals back; does nothing where there are none
 *   node .ci/pack.mjs check      fails unless `repository` says where this is published from
 *
 * package.json loses `scripts` (a published `prepare` is run by nobody and frightens some) and `devDependencies`. Links in
 * README.md become absolute, to the files of this version in the repository, because a registry's page has no files; so
 * do links of the other pages that leave the package.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const root = process.cwd();
const kept = join(root, 'build', 'pack-originals');

const read = (file) => readFileSync(join(root, file), 'utf8');

/** The pages that are published. */
function pages() {
  const docs = readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md'));
  return ['README.md', 'CHANGELOG.md', ...docs.map((file) => `docs/${file}`)];
}

/** Where people look at the repository, without a slash at its end. */
function repositoryUrl({ repository }) {
  return repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
}

/** The text of `page` with links that work where it is read. */
function withAbsoluteLinks(text, page, manifest, published) {
  const base = repositoryUrl(manifest);
  return text.replaceAll(/(!?)(\[[^\]]*\]\()([^)\s]+)(\))/g, (link, picture, label, target, end) => {
    if (/^([a-z]+:|#)/.test(target)) return link;
    const [file, anchor] = target.split(/(?=#)/);
    const path = normalize(join(dirname(page), file));
    if (page !== 'README.md' && published.has(path)) return link;
    if (!existsSync(join(root, path)))
      throw new Error(`Cannot pack: ${page} links to ${target}, which is not there`);
    return `${picture}${label}${base}/${picture ? 'raw' : 'blob'}/v${manifest.version}/${path}${anchor ?? ''}${end}`;
  });
}

function prepare() {
  restore();
  const manifest = JSON.parse(read('package.json'));
  const published = new Set([...pages(), 'LICENSE', 'docs/grafana-dashboard.json']);
  const changed = new Map(
    pages().map((page) => [page, withAbsoluteLinks(read(page), page, manifest, published)]),
  );
  const { scripts: _, devDependencies: __, ...rest } = manifest;
  changed.set('package.json', `${JSON.stringify(rest, null, 2)}\n`);
  for (const file of changed.keys()) {
    mkdirSync(dirname(join(kept, file)), { recursive: true });
    cpSync(join(root, file), join(kept, file));
  }
  for (const [file, text] of changed) writeFileSync(join(root, file), text);
}

function restore() {
  if (!existsSync(kept)) return;
  cpSync(kept, root, { recursive: true });
  rmSync(kept, { recursive: true });
}

function check() {
  const url = repositoryUrl(JSON.parse(read('package.json')));
  if (!new URL(url).hostname.endsWith('.example')) return;
  console.error(
    `Cannot publish: repository is ${url}, which is nowhere, expected where this is published from; set "repository" in package.json, because the links of README.md and the provenance are made from it`,
  );
  process.exit(1);
}

const actions = { undefined: prepare, restore, check };
actions[process.argv[2]]();
