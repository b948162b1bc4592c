/**
 * A part of `npm run docs:screens`: takes the pictures of `eshm view` anew, light and dark, in a headless Chromium over live
 * channels. Runs in an IPC namespace of its own, so that the pictures show its channels only.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Eshm } from '../../lib/index.js';
import { until } from '../../test/support/channels.js';
import { chromiumPath, countOf, startChromium, textOf } from '../../test/support/chromium.js';
import { repoRoot } from '../../test/support/repo-root.js';
import { Channels, ESHM } from './channels.js';

/** Of what is written on the channel that is shown: enough for a chart. */
const SAMPLES = 400;

/** A master that swings, in a file, and a slave that answers. */
function swing(): Disposable {
  const master = Eshm.open('gripper', { role: 'master', shm: 'posix', staleThresholdMs: 10_000 });
  const slave = Eshm.open('gripper', { role: 'slave', shm: 'posix', staleThresholdMs: 10_000 });
  let step = 0;
  const timer = setInterval(() => {
    step++;
    const force = Math.sin(step / 40) * Math.exp(-((step % 300) / 150)) * 12;
    master.write(JSON.stringify({ width: 40 + 35 * Math.sin(step / 60), force, mode: 'hold', step }));
    if (slave.tryRead() !== undefined && step % 2 === 0) {
      slave.write(JSON.stringify({ temperature: 41 + Math.sin(step / 90), current: Math.abs(force) / 9 }));
    }
    master.tryRead();
  }, 20);
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer);
      slave.close();
      master.close();
    },
  };
}

const path = chromiumPath();
if (path === undefined) throw new Error('chromium is missing: install it with apt-get install chromium');
await using _channels = await Channels.start();
using _swing = swing();
const view = spawn(process.execPath, [ESHM, 'view', 'robot', 'arm', 'lidar', '--port', '0'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [url] = (await once(createInterface({ input: view.stdout }), 'line')) as [string];
const browser = await startChromium(path);
const page = await browser.newPage();
await page.setViewport({ width: 1280, height: 1020 });
await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }]);
await page.goto(`${url}#${encodeURIComponent('posix:eshm_gripper')}`);
await page.keyboard.press('1');
await until('there is enough for a chart', async () => {
  return (
    Number(await textOf(page, '#m2s tr[data-field="step"] .value')) > SAMPLES &&
    (await countOf(page, 'canvas')) > 3
  );
});
for (const scheme of ['light', 'dark']) {
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.evaluate('new Promise((resolve) => setTimeout(resolve, 500))');
  const file = `docs/screens/view-${scheme}.png`;
  await page.screenshot({ path: join(repoRoot, file) });
  console.log(`${file}: eshm view`);
}
await browser.close();
view.kill('SIGINT');
await once(view, 'close');
