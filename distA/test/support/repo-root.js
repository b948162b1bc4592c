import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
/** The folder of this package's package.json. Tests run from dist/, whose depth is nobody's business. */
export const repoRoot = findRepoRoot(dirname(fileURLToPath(import.meta.url)));
function findRepoRoot(start) {
    for (let folder = start;; folder = dirname(folder)) {
        const manifest = join(folder, 'package.json');
        if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === 'eshm')
            return folder;
        if (folder === dirname(folder))
            throw new Error(`Cannot find the eshm package: not above ${start}`);
    }
}
//# sourceMappingURL=repo-root.js.map