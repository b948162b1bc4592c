/** The page of `eshm view` in a real Chromium, over channels of real C++ programs. */
import assert from 'node:assert/strict';
import { type Peers, requirePeers } from '../../../peers/build.js';
import type { PeerProcess } from '../../../peers/peer-process.js';
import { until } from '../../../support/channels.js';
import {
  type AccessibleNode,
  type Browser,
  countOf,
  newPage,
  type Page,
  requireChromium,
  textOf as textIn,
  troublesOf,
} from '../../../support/chromium.js';
import { Lab } from '../lab.js';
import { type Serving, serve } from './serve.js';

describe('the page of eshm view', () => {
  let peers: Peers;
  let browser: Browser;
  let lab: Lab;
  let robot: PeerProcess;
  let camera: PeerProcess;
  let served: Serving;
  let page: Page;
  let troubles: string[];

  before(async function () {
    browser = await requireChromium(this);
    peers = await requirePeers(this, ['c++']);
    const files = await requirePeers(this, ['c++'], { shm: 'posix' });
    lab = await Lab.start(this);
    robot = lab.peer(peers);
    camera = lab.peer(files);
    await robot.open('master', 'robot', 'threshold=10000');
    await camera.open('master', 'camera', 'threshold=10000');
    served = await serve(lab, 'robot', '--port', '0', '--interval', '100');
    page = await newPage(browser);
    await page.setViewport({ width: 1280, height: 900 });
    troubles = troublesOf(page);
    await page.goto(served.url);
  });
  after(async () => {
    await browser?.close();
    await lab?.end();
  });
  afterEach(() => assert.deepEqual(troubles, []));

  const textOf = (selector: string, of = page) => textIn(of, selector);
  const rowsIn = (of = page) => countOf(of, '#channels tbody tr');
  const chartValue = (field: string) => `#m2s [data-field="${field}"] figcaption output`;
  const fieldValue = (field: string) => `#m2s tr[data-field="${field}"] .value`;
  const write = (peer: PeerProcess, value: unknown) => peer.write(Buffer.from(JSON.stringify(value)));

  /** Chooses the channel with this label, by a click, once it is there. */
  const choose = (label: string) =>
    until(`${label} is chosen`, async () => {
      await page.evaluate(
        `[...document.querySelectorAll('#channels tbody a')].find(({ textContent }) => textContent === '${label}')?.click()`,
      );
      return (await textOf('#detail-title')) === label;
    });

  it('shows channels of both kinds of memory as they appear', async () => {
    await until('both have a row', async () => (await rowsIn()) === 2);
    const rows = await page.evaluate(
      `[...document.querySelectorAll('#channels tbody tr')].map((one) => [...one.children].slice(0, 4).map((cell) => cell.textContent))`,
    );
    assert.deepEqual(rows, [
      ['camera', 'posix', 'live', `${camera.pid} eshm_peer`],
      ['robot', 'system-v', 'live', `${robot.pid} eshm_peer`],
    ]);
    const late = lab.peer(peers);
    await late.open('master', 'late', 'threshold=10000');
    await until('another appears', async () => (await rowsIn()) === 3);
    await late.quit();
    await until('and goes', async () => (await rowsIn()) === 2);
  });

  for (const [label, peer] of [
    ['robot', () => robot],
    ['camera', () => camera],
  ] as const) {
    it(`shows the numbers of ${label} as its C++ master wrote them, in fields and at the end of a chart`, async () => {
      await choose(label);
      const values = [-0.1, 1 / 3, 1e21, 5e-324, 123456.789];
      for (const x of values) {
        await write(peer(), { pose: { x }, other: 1 });
        await until(
          `${x} is at the end of the chart`,
          async () => (await textOf(chartValue('pose.x'))) === `${x}`,
        );
        assert.equal(await textOf(fieldValue('pose.x')), `${x}`);
      }
      const drawn = Number(
        await page.evaluate(`{
          const canvas = document.querySelector('#m2s [data-field="pose.x"] canvas');
          const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
          copy.drawImage(canvas, 0, 0);
          const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
          new Set(new Uint32Array(data.buffer)).size;
        }`),
      );
      assert.ok(drawn > 5, `${drawn} colours`);
      assert.equal(await textOf('#detail-title'), label);
    });
  }

  it('shows what is no field as a dump, and nothing of a message as HTML', async () => {
    await choose('robot');
    const evil = '<img src=x onerror=alert(1)><script>alert(2)</script>';
    await robot.write(Buffer.from(evil));
    await until('the bytes are there', async () =>
      (await textOf('#m2s pre')).includes('3c 69 6d 67 20 73 72 63'),
    );
    await write(robot, { [evil]: evil });
    await until('the field is there', async () => (await textOf('#m2s .fields .value')) === evil);
    assert.equal(await textOf('#m2s .fields tbody th'), evil);
    assert.equal(await countOf(page, 'main img, main script'), 0);
  });

  it('stands still while it is paused, and knows what came meanwhile when it goes on', async () => {
    await choose('robot');
    await write(robot, { x: 1 });
    await until('it is shown', async () => (await textOf(fieldValue('x'))) === '1');
    await page.click('#pause');
    assert.equal(await textOf('#status'), 'paused');
    const other = await newPage(browser);
    await other.goto(`${served.url}${new URL(page.url()).hash}`);
    for (let x = 2; x < 12; x++) {
      await write(robot, { x });
      await until('another page shows it', async () => (await textOf(fieldValue('x'), other)) === `${x}`);
    }
    await other.close();
    await page.bringToFront();
    assert.equal(await textOf(fieldValue('x')), '1');
    assert.equal(await textOf(chartValue('x')), '1');
    await page.click('#pause');
    await until('it goes on', async () => (await textOf(fieldValue('x'))) === '11');
    await until('so does the chart', async () => (await textOf(chartValue('x'))) === '11');
  });

  it('goes by the keyboard alone', async () => {
    await choose('camera');
    await page.evaluate('document.activeElement.blur()');
    await page.keyboard.press('ArrowDown');
    assert.equal(await textOf('#detail-title'), 'robot');
    await page.keyboard.press('k');
    assert.equal(await textOf('#detail-title'), 'camera');
    await page.keyboard.press('Space');
    assert.equal(await textOf('#status'), 'paused');
    await page.keyboard.press('Space');
    await page.keyboard.press('3');
    assert.equal(await page.evaluate(`document.querySelector('#range').value`), '300');
    await page.keyboard.press('/');
    await page.keyboard.type('robot1');
    assert.equal(await rowsIn(), 0);
    await page.keyboard.press('Backspace');
    assert.equal(await rowsIn(), 1);
    await page.keyboard.press('Escape');
    assert.equal(await rowsIn(), 2);
    await page.keyboard.press('?');
    assert.equal(await page.evaluate(`document.querySelector('#keys').open`), true);
    await page.keyboard.press('Escape');
    assert.equal(await page.evaluate(`document.querySelector('#keys').open`), false);
  });

  it('has a name for everything that can be used', async () => {
    const used = ['button', 'link', 'checkbox', 'combobox', 'searchbox', 'slider', 'table', 'image', 'img'];
    const nodes = ({ children = [], ...node }: AccessibleNode): AccessibleNode[] => [
      node,
      ...children.flatMap(nodes),
    ];
    const found = nodes(await page.accessibility.snapshot()).filter(({ role }) => used.includes(role));
    assert.ok(found.length > 15, `${found.length} found`);
    const nameless = found.filter(({ name }) => !name);
    assert.deepEqual(nameless, []);
  });

  it('is dark or light as the system says, until somebody says otherwise', async () => {
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const [dark, light] = ['rgb(13, 17, 23)', 'rgb(246, 248, 250)'];
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
    assert.equal(await ground(), dark);
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }]);
    assert.equal(await ground(), light);
    await page.click('#theme');
    assert.equal(await textOf('#theme'), 'Theme: dark');
    assert.equal(await ground(), dark);
    await page.reload();
    await until('it is dark again', async () => (await ground()) === dark);
    await page.click('#theme');
    assert.equal(await ground(), light);
    await page.click('#theme');
  });

  it('follows a channel through a restart of its master', async () => {
    await choose('robot');
    await robot.command('close');
    await robot.open('master', 'robot', 'threshold=10000');
    await write(robot, { x: 77 });
    await until('the new one is shown', async () => (await textOf(fieldValue('x'))) === '77');
  });

  it('twenty pages in one browser all show the channels', async () => {
    const pages = await Promise.all(Array.from({ length: 20 }, () => newPage(browser)));
    try {
      const url = page.url();
      // They load at once, and are looked at one after the other.
      await Promise.all(pages.map((one) => one.goto(url, { waitUntil: 'domcontentloaded' })));
      for (const one of pages) {
        await one.bringToFront();
        await until('it shows both', async () => (await rowsIn(one)) === 2);
      }
    } finally {
      await Promise.all(pages.map((one) => one.close()));
    }
    await page.bringToFront();
    await write(robot, { x: 78 });
    await until('the first one goes on', async () => (await textOf(fieldValue('x'))) === '78');
  });

  it('says so when the server has gone', async () => {
    await served.end();
    await until('it says so', async () => /is eshm view still running/.test(await textOf('#status')));
    // The browser tells its console of every connection that is refused.
    troubles.length = 0;
  });
});
