/*
 * Files of this package that the command needs when it runs. All in one module, because they are found from where that
 * lies: in `dist/lib/cli`, or with all others in a few large files in `dist/lib/command`, as scripts/command.mjs puts them.
 */
import { fileURLToPath } from 'node:url';

/** The command itself, for whoever starts another one. */
export const COMMAND = fileURLToPath(new URL('../command/eshm.js', import.meta.url));

/** The benchmark; it is left out of a bundle. */
export const BENCHMARK = fileURLToPath(new URL('../../bench/main.js', import.meta.url));

/** The package's `package.json`. */
export const MANIFEST = new URL('../../../package.json', import.meta.url);

/** What the page of `eshm view` is made of. */
export const PAGE = new URL('../cli/view/page/', import.meta.url);
