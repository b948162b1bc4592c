import assert from 'node:assert/strict';
import { Troubles } from '../../../../lib/cli/printing/troubles.js';
import { items } from '../../../../lib/items/index.js';

describe('Troubles', () => {
  let said: string[];
  let troubles: Troubles;

  beforeEach(() => {
    said = [];
    troubles = new Troubles((line) => said.push(line));
  });

  it('says equal trouble once, whatever its numbers and what is in quotes, and sums up at the end', () => {
    for (let size = 1; size <= 1000; size++) troubles.tell(`Cannot read 'x${size}': ${size} bytes`, 0);
    assert.deepEqual(said, ["Cannot read 'x1': 1 bytes"]);
    troubles.end(1);
    assert.deepEqual(said.slice(1), ["999 more like it: Cannot read 'x1': 1 bytes"]);
    troubles.end(2);
    assert.equal(said.length, 2);
  });

  it('says once that messages are no items, whichever byte shows it', () => {
    const codec = items();
    const messages = [...Array(256).keys()].map((byte) => Buffer.from([byte, byte, 0x30, byte]));
    const told = messages.flatMap((message) => {
      try {
        codec.decode(message);
        return [];
      } catch (error) {
        return [(error as Error).message];
      }
    });
    assert.ok(new Set(told.map((line) => line.replaceAll(/\d/g, '0'))).size > 17, 'they differ');
    for (const line of told) troubles.tell(line, 0);
    assert.deepEqual(said, [told[0]]);
    troubles.end(1);
    assert.deepEqual(said.slice(1), [`${told.length - 1} more like it: ${told[0]}`]);
  });

  it('sums up every ten seconds while it goes on', () => {
    for (let at = 0; at <= 25_000; at += 100) troubles.tell('trouble', at);
    assert.deepEqual(said, ['trouble', '100 more like it: trouble', '100 more like it: trouble']);
  });

  it('tells kinds apart, up to a number of them', () => {
    const word = (i: number) => String.fromCharCode(97 + (i % 26)).repeat(1 + Math.floor(i / 26));
    for (let i = 0; i < 1000; i++) troubles.tell(`trouble with ${word(i)}`, 0);
    assert.equal(said.length, 17);
    troubles.end(1);
    assert.equal(said.length, 18);
  });
});
