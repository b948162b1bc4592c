/**
 * `npm run sbom`: the bill of materials (CycloneDX) of what comes with the package, from the lock file: what is installed
 * with it, and what is built into it.
 *
 * `npm sbom --omit=dev` in a checkout leaves out what a development tool needs too (`picocolors`, for one), so it is asked
 * in a folder whose package.json has no development dependencies.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Packages whose code is in files of this one: scripts/page.mjs builds it into the page of `eshm view`. */
const BUILT_IN = ['uplot'];

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'eshm-sbom-'));
const npm = (...args) =>
  execFileSync('npm', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
try {
  const {
    devDependencies,
    scripts: _,
    ...manifest
  } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const name of BUILT_IN) manifest.dependencies[name] = devDependencies[name];
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  cpSync(join(root, 'package-lock.json'), join(folder, 'package-lock.json'));
  // Takes out of the copy what is for development only; the versions stay.
  npm('install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline');
  const bill = JSON.parse(npm('sbom', '--package-lock-only', '--sbom-format=cyclonedx'));
  // npm takes the folder's name.
  bill.metadata.component.name = manifest.name;
  console.log(JSON.stringify(bill, null, 2));
} finally {
  rmSync(folder, { recursive: true });
}
