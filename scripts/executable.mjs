/*
 * Makes the commands of package.json executable: `dist` is made anew by each build, while npm links a command, and marks
 * its file, only when it installs. A part of `npm run build`.
 */
import { chmodSync, readFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const { bin } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
for (const file of Object.values(bin)) chmodSync(new URL(file, root), 0o755);
