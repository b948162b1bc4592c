import type { Command } from 'commander';
import { deriveKey } from '../../../layout/index.js';
import { formatKey } from '../../../syscalls/format-key.js';
import { collisionsOf, type NamedKey } from '../looking/collisions.js';
import { print, terminalWidth, warn } from '../printing/out.js';
import { renderTable } from '../printing/table.js';
import { escapeText } from '../printing/text.js';

const EXAMPLES = `
Examples:
  eshm key robot                 the key to look for in ipcs -m
  eshm key Aa B@                 two names that share a key, and so a segment
  eshm key --json robot camera`;

/** `eshm key`: names to keys. */
export function key(program: Command): void {
  program
    .command('key')
    .description('show the keys of names, and which of the names share one')
    .argument('<names...>', 'channel names')
    .option('--json', 'an array of objects')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

function run(names: string[], { json = false }: { json?: boolean }): void {
  const keys: NamedKey[] = names.map((name) => ({ name, key: deriveKey(name) }));
  if (json) {
    print(
      JSON.stringify(
        keys.map(({ name, key }) => ({ name, key, hex: formatKey(key) })),
        null,
        2,
      ),
    );
  } else {
    const columns = [
      { title: 'NAME', show: ({ name }: NamedKey) => escapeText(name), maxWidth: 40 },
      { title: 'KEY', show: ({ key }: NamedKey) => `${key}`, align: 'right' as const, rank: 1 },
      { title: 'HEX', show: ({ key }: NamedKey) => formatKey(key) },
    ];
    print(...renderTable(columns, keys, terminalWidth()));
  }
  for (const { key, names } of collisionsOf(keys)) {
    const list = names.map((name) => `'${escapeText(name)}'`).join(' and ');
    warn(
      `collision: ${list} share key ${formatKey(key)}, so they would share one segment; rename all but one`,
    );
  }
}
