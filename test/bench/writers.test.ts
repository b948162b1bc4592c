import assert from 'node:assert/strict';
import { Bench } from '../../bench/bench.js';
import type { Driver } from '../../bench/driver.js';
import { SCENARIOS } from '../../bench/scenarios/index.js';
import { Eshm } from '../../lib/index.js';
import { missingTools } from '../peers/build.js';
import { lacks } from '../support/needs.js';

describe('writers at a pace, in C++', () => {
  let bench: Bench;

  before(async function () {
    const missing = await missingTools(['c++']);
    if (missing.length > 0) lacks(this, `${missing.join(' and ')} must be installed`);
    bench = await Bench.prepare(true);
    Object.assign(bench, { amounts: { ...bench.amounts, streamMs: 100 } });
  });
  after(() => bench?.end());

  /** Runs `work` with a writer that has a channel open. */
  async function withWriter(work: (writer: Driver, name: string) => Promise<void>): Promise<void> {
    const writer = bench.native();
    const name = bench.name();
    await writer.command(`open master ${name}`);
    await work(writer, name);
    await writer.quit();
  }

  it('wait after each message as they are told, over again, and not after the last', async () => {
    await withWriter(async (writer, name) => {
      using slave = Eshm.open(name, { role: 'slave', staleThresholdMs: 10_000 });
      const from = process.hrtime.bigint();
      // The gaps behind messages 0 to 5; an hour is never waited for.
      const written = writer.command('jittered 7 0 0 2x1000000,1x200000000');
      let last: Buffer | undefined;
      for await (const { data } of slave.messages()) {
        last = data;
        if (data.readBigUInt64LE(8) === 6n) break;
      }
      await written;
      const tookMs = Number(last!.readBigInt64LE() - from) / 1e6;
      assert.ok(tookMs >= 404, `the last message came after ${tookMs} ms`);
      assert.equal(await writer.command('jittered 4 0 0 3x1000,1x3600000000000'), 'ok');
    });
  });

  it('refuse gaps that are none', async () => {
    await withWriter(async (writer) => {
      for (const gaps of ['5', '0x5', '1x0', '1x5,,', '1x5,x', '']) {
        await assert.rejects(writer.command(`jittered 2 0 0 ${gaps}`), /usage/, gaps);
      }
    });
  });

  for (const id of [
    'stream-two-ts',
    'stream-two-c',
    'stream-bursts-ts',
    'stream-bursts-c',
    'stream-jitter50-c',
  ]) {
    it(`${id}: a round reads what is written, and every row of it has a figure`, async () => {
      const rows = ['', '-late', '-cpu', '-read'].map(
        (suffix) => SCENARIOS.find((one) => one.id === `${id}${suffix}`)!,
      );
      const runnings = await Promise.all(rows.map((row) => row.start(bench)));
      const rounds = [];
      for (const running of runnings) rounds.push(await running.round());
      for (const running of runnings) await running.stop();
      const [delay, late, cpu, read] = rounds.map(({ value }) => value);
      assert.ok(delay! > 0);
      assert.ok(late! >= 0 && late! <= 100);
      assert.ok(cpu! > 0);
      assert.ok(read! > 0 && read! <= 100);
      const count = id.includes('two') ? 130 : 100;
      assert.equal(rounds[0]!.samplesNs!.length, Math.round((read! * count) / 100));
    });
  }
});
