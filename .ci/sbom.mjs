/**
 * `npm run sbom`: the bill of materials (CycloneDX) of what comes with the package, from the lock file.
 *
 * `npm sbom --omit=dev` in a checkout leaves out what a development tool needs too (`picocolors`, for one), so it is asked
 * in a folder whose package.json has no development dependencies.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'eshm-sbom-'));
const npm = (...args) =>
  execFileSync('npm', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
try {
  const {
    devDependencies: _,
    scripts: __,
    ...manifest
  } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
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
