import assert from 'node:assert/strict';
import { builtUrl, runNode } from '../../support/run-node.js';

describe('Slot in every compiler of V8', () => {
  const tiers: [tier: string, flags: string[]][] = [
    ['the interpreter', ['--no-opt', '--no-sparkplug', '--no-maglev', '--max-lazy']],
    ['Sparkplug', ['--always-sparkplug', '--no-opt', '--no-maglev']],
    ['Maglev', ['--maglev', '--no-turbofan', '--always-sparkplug']],
    ['TurboFan', ['--no-maglev', '--always-sparkplug']],
    ['all tiers as they come', []],
  ];
  for (const [tier, flags] of tiers) {
    it(`keeps every 8-byte pattern, signalling NaNs too, in ${tier}`, async () => {
      const { code, stdout, stderr } = await runNode(bitPatterns, { flags });
      if (/bad option/.test(stderr)) {
        console.log(`    skipped, this Node has no ${flags.join(' ')}`);
        return;
      }
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^\d{6,} patterns$/m);
    });
  }
});

/** Every exponent with quiet and signalling mantissas, both signs, and random words, often enough for every tier. */
const bitPatterns = `
  import { Slot } from '${builtUrl('lib/channel/slot.js')}';
  const segment = Buffer.from(new ArrayBuffer(8576));
  const slot = new Slot(segment.subarray(136, 136 + 4096));
  const source = new Uint8Array(64), target = new Uint8Array(64);
  const words = new BigUint64Array(source.buffer), found = new BigUint64Array(target.buffer);
  const mantissas = [0n, 1n, (1n << 51n), (1n << 51n) | 1n, (1n << 51n) - 1n, (1n << 52n) - 1n, 0x5555555555555n];
  let patterns = 0;
  let seed = 88172645463325252n;
  const random = () => {
    seed ^= (seed << 13n) & 0xffffffffffffffffn; seed ^= seed >> 7n; seed ^= (seed << 17n) & 0xffffffffffffffffn;
    return seed;
  };
  const check = (word) => {
    for (let i = 0; i < 8; i++) words[i] = word ^ BigInt(i);
    target.fill(0);
    if (slot.knows(source, 64)) slot.copyFrom(source, 64);
    else {
      slot.judge(source, 64);
      slot.copyJudged(64);
    }
    slot.copyTo(target, 64);
    for (let i = 0; i < 8; i++) if (words[i] !== found[i]) throw new Error('changed ' + words[i].toString(16) + ' to ' + found[i].toString(16));
    patterns += 8;
  };
  for (let sign = 0n; sign < 2n; sign++) for (let exponent = 0n; exponent < 2048n; exponent++)
    for (const mantissa of mantissas) check((sign << 63n) | (exponent << 52n) | mantissa);
  for (let i = 0; i < 20000; i++) check(0x7ff0000000000000n | (random() & 0x800fffffffffffffn));
  for (let i = 0; i < 20000; i++) check(random());
  console.log(patterns + ' patterns');`;
