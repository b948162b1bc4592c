import { deriveKey } from '../../../layout/index.js';
import { formatKey } from '../../../syscalls/index.js';
import { collisionsOf } from '../collisions.js';
import { print, terminalWidth, warn } from '../report.js';
import { renderTable } from '../table.js';
import { escapeText } from '../text.js';
const EXAMPLES = `
Examples:
  eshm key robot                 the key to look for in ipcs -m
  eshm key Aa B@                 two names that share a key, and so a segment
  eshm key --json robot camera`;
/** `eshm key`: names to keys. */
export function key(program) {
    program
        .command('key')
        .description('show the keys of names, and which of the names share one')
        .argument('<names...>', 'channel names')
        .option('--json', 'an array of objects')
        .addHelpText('after', EXAMPLES)
        .action(run);
}
function run(names, { json = false }) {
    const keys = names.map((name) => ({ name, key: deriveKey(name) }));
    if (json) {
        print(JSON.stringify(keys.map(({ name, key }) => ({ name, key, hex: formatKey(key) })), null, 2));
    }
    else {
        const columns = [
            { title: 'NAME', show: ({ name }) => escapeText(name), maxWidth: 40 },
            { title: 'KEY', show: ({ key }) => `${key}`, align: 'right', rank: 1 },
            { title: 'HEX', show: ({ key }) => formatKey(key) },
        ];
        print(...renderTable(columns, keys, terminalWidth()));
    }
    for (const { key, names } of collisionsOf(keys)) {
        const list = names.map((name) => `'${escapeText(name)}'`).join(' and ');
        warn(`collision: ${list} share key ${formatKey(key)}, so they would share one segment; rename all but one`);
    }
}
//# sourceMappingURL=key.js.map