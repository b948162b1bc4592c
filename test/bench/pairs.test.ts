import assert from 'node:assert/strict';
import type { Bench } from '../../bench/bench.js';
import type { Driver } from '../../bench/driver.js';
import { connected } from '../../bench/scenarios/pairs.js';

/** A driver that notes what it is told. */
function driver(told: string[], name: string): Driver {
  const command = async (line: string) => {
    told.push(`${name}: ${line}`);
    return 'ok';
  };
  return { command } as Driver;
}

describe('a round of two processes', () => {
  const bench = { name: () => 'n' } as Bench;

  for (const fails of [false, true]) {
    it(`closes both ends when it ${fails ? 'failed: it is taken again' : 'is over'}`, async () => {
      const told: string[] = [];
      const [master, slave] = [driver(told, 'master'), driver(told, 'slave')];
      const work = async () => {
        told.push('work');
        if (fails) throw new Error('starved');
        return 7;
      };
      const round = connected(bench, master, slave, 'plain', work);
      if (fails) await assert.rejects(round, /starved/);
      else assert.equal(await round, 7);
      assert.deepEqual(told, [
        'master: open master n plain',
        'slave: open slave n plain',
        'work',
        'slave: close',
        'master: close',
      ]);
    });
  }
});
