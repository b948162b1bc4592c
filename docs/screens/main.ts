/**
 * `npm run docs:screens`: takes the pictures of `eshm top` and `eshm stat --watch` anew, in a real terminal of 80x24
 * and with live channels. Runs in an IPC namespace of its own, so that the pictures show its channels only.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repoRoot } from '../../test/support/repo-root.js';
import { Terminal } from '../../test/support/terminal.js';
import { Channels, ESHM } from './channels.js';
import { drawScreen } from './svg.js';

interface Picture {
  readonly file: string;
  readonly command: string;
  /** What has to be on the screen before the picture is taken. */
  readonly shows: RegExp;
}

const PICTURES: readonly Picture[] = [
  {
    file: 'top.svg',
    command: 'top robot arm lidar --interval 500',
    // Ten looks: the sparkline of the channel that swings is full.
    shows: /^arm +live .*[▁▂▃▄▅▆▇█]{10}$/m,
  },
  { file: 'stat.svg', command: 'stat robot --watch', shows: /^ {2}rate +[1-9][\d.]*\/s +[1-9][\d.]*\/s$/m },
];

await using _channels = await Channels.start();
for (const { file, command, shows } of PICTURES) {
  using terminal = new Terminal([process.execPath, ESHM, ...command.split(' ')]);
  await terminal.shows(shows);
  const path = join('docs/screens', file);
  writeFileSync(join(repoRoot, path), await drawScreen(terminal.styled, `eshm ${command}`));
  console.log(`${path}: eshm ${command}`);
}
