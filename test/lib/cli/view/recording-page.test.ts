/** The page of `eshm view FILE.mcap` in a real Chromium. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import type { ObservedMessage } from '../../../../lib/recording/observed.js';
import { recordFrom } from '../../../../lib/recording/recorder.js';
import { until } from '../../../support/channels.js';
import {
  type Browser,
  countOf,
  newPage,
  type Page,
  requireChromium,
  textOf as textIn,
  troublesOf,
} from '../../../support/chromium.js';
import { FakeObservation, START_AT, seen } from '../../recording/fake.js';
import { ownFolder } from '../../recording/files.js';
import { type Serving, serveFile } from './serve.js';

/** Messages of the master's, 10 ms apart; the slave begins to answer after half of them. */
const MESSAGES = 100;

describe('the page of a recording', () => {
  const folder = ownFolder();
  let browser: Browser;
  let served: Serving;
  let page: Page;
  let troubles: string[];

  before(async function () {
    browser = await requireChromium(this);
    const file = folder.file('cell.mcap');
    const json = (value: unknown) => Buffer.from(JSON.stringify(value));
    const at = (i: number) => START_AT + BigInt(i) * 10_000_000n;
    const messages = Array.from({ length: MESSAGES }, (_, i): ObservedMessage[] => [
      seen({ count: i + 1, at: at(i), data: json({ pose: { x: i / 8 }, mode: 'run' }) }),
      ...(i < MESSAGES / 2
        ? []
        : [
            seen({ count: i - MESSAGES / 2 + 1, at: at(i) + 1n, direction: 's2m', data: json({ done: -i }) }),
          ]),
      ...(i % 10 === 0
        ? [seen({ name: 'camera', count: i / 10 + 1, at: at(i) + 2n, data: Buffer.of(1, 2, 255) })]
        : []),
    ]).flat();
    await (
      await recordFrom(() => new FakeObservation(messages), ['camera', 'robot'], { file, overwrite: true })
    ).over();
    served = await serveFile(file);
    page = await newPage(browser);
    await page.setViewport({ width: 1280, height: 900 });
    troubles = troublesOf(page);
    await page.goto(served.url);
  });
  after(async () => {
    await browser?.close();
    await served?.end();
  });
  afterEach(() => assert.deepEqual(troubles, []));

  const textOf = (selector: string, of = page) => textIn(of, selector);
  const fieldOf = (way: string, field: string) => textOf(`#${way} tr[data-field="${field}"] .value`);
  const chartOf = (way: string, field: string) => textOf(`#${way} [data-field="${field}"] figcaption output`);

  /** Chooses a channel, by a click. */
  const choose = async (label: string) => {
    await page.evaluate(
      `[...document.querySelectorAll('#channels tbody button')].find(({ textContent }) => textContent === '${label}').click()`,
    );
    assert.equal(await textOf('#detail-title'), label);
  };

  /** Presses a key on the slider of time. */
  const turn = async (key: string) => {
    await page.evaluate(`document.querySelector('#time').focus()`);
    await page.keyboard.press(key);
  };

  it('lists its channels with their messages, and says what is shown', async () => {
    await until('both have a row', async () => (await countOf(page, '#channels tbody tr')) === 2);
    const rows = await page.evaluate(
      `[...document.querySelectorAll('#channels tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent))`,
    );
    assert.deepEqual(rows, [
      ['camera', 'posix', '10', '0'],
      ['robot', 'posix', '100', '50'],
    ]);
    assert.equal(await textOf('#where'), 'cell.mcap');
    await until('it has been read', async () => (await textOf('#status')) === 'recording');
    // What goes with time that passes has no place here.
    for (const id of ['pause', 'filter', 'range']) {
      assert.equal(await page.evaluate(`document.querySelector('#${id}').checkVisibility()`), false, id);
    }
  });

  it('shows the newest messages of both directions, their fields and charts of all of the time', async () => {
    await choose('robot');
    const last = MESSAGES - 1;
    await until('the last message', async () => (await fieldOf('m2s', 'pose.x')) === `${last / 8}`);
    await until('the last answer', async () => (await fieldOf('s2m', 'done')) === `${-last}`);
    assert.equal(await fieldOf('m2s', 'mode'), 'run');
    await until('the chart', async () => (await chartOf('m2s', 'pose.x')) === `${last / 8}`);
    assert.equal(await chartOf('s2m', 'done'), `${-last}`);
    assert.match(await textOf('#m2s'), /message 100 · \d+ bytes · JSON · at /);
  });

  it('shows the messages of the moment that the slider is set to', async () => {
    await choose('robot');
    await until('the last message', async () => (await fieldOf('m2s', 'pose.x')) === `${(MESSAGES - 1) / 8}`);
    await turn('Home');
    await until('the first message', async () => (await fieldOf('m2s', 'pose.x')) === '0');
    // Nothing had been answered by then.
    await until('no answer', async () => /No message yet\./.test(await textOf('#s2m')));
    const isShown = () => page.evaluate(`document.querySelector('#s2m .fields').checkVisibility()`);
    assert.equal(await isShown(), false);
    assert.match(await textOf('#time-text'), /^2026-11-29T.*Z$/);
    await turn('End');
    await until('the last answer again', async () => (await isShown()) === true);
    assert.equal(await fieldOf('s2m', 'done'), `${1 - MESSAGES}`);
  });

  it('shows another channel, by the keyboard too, and what has no fields as bytes', async () => {
    await choose('camera');
    await until('its bytes', async () => /01 02 ff/.test(await textOf('#m2s pre')));
    assert.match(await textOf('#s2m'), /No message yet\./);
    await page.evaluate('document.activeElement.blur()');
    await page.keyboard.press('ArrowDown');
    assert.equal(await textOf('#detail-title'), 'robot');
    await until('its fields', async () => (await fieldOf('m2s', 'mode')) === 'run');
  });

  it('says that a recording was cut off, and shows what is there', async () => {
    const whole = readFileSync(folder.file('cell.mcap'));
    const file = folder.file('cut.mcap');
    writeFileSync(file, whole.subarray(0, whole.length - 40));
    const cut = await serveFile(file);
    const other = await newPage(browser);
    try {
      await other.goto(cut.url);
      await until('it says so', async () =>
        /^cut\.mcap was cut off: it is shown up to its last whole second$/.test(
          await textOf('#channels-note', other),
        ),
      );
      await until('its channels', async () => (await countOf(other, '#channels tbody tr')) === 2);
    } finally {
      await other.close();
      await cut.end();
    }
  });
});
