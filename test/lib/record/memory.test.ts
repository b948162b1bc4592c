import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Eshm } from '../../../lib/index.js';
import { f64, record } from '../../../lib/record/index.js';
import { assertNothingLeft, uniqueName } from '../../support/channels.js';
import { size } from '../../support/sizes.js';

const Pair = record('Pair', { first: f64, last: f64 });

const CALLS = size({ short: 2_000_000, long: 10_000_000 });
const WARM_UP_CALLS = 200_000;

describe('Records and memory', () => {
  afterEach(() => assertNothingLeft());

  it(`the heap does not grow over ${CALLS} updates and views`, () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const heapBytes = () => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const name = uniqueName('record-memory');
    const master = Eshm.open(name, { role: 'master', record: Pair });
    const slave = Eshm.open(name, { role: 'slave', record: Pair, staleThresholdMs: 5000 });
    let next = 0;
    let sum = 0;
    const fill = (pair: { first: number; last: number }) => {
      next += 1;
      pair.first = next;
      pair.last = -next;
    };
    const look = (pair: { first: number; last: number }) => pair.first + pair.last;
    const go = (calls: number) => {
      for (let i = 0; i < calls; i++) {
        master.update(fill);
        sum += slave.view(look) ?? Number.NaN;
      }
    };
    try {
      go(WARM_UP_CALLS);
      const before = heapBytes();
      go(CALLS);
      const grown = heapBytes() - before;
      assert.equal(sum, 0);
      assert.equal(slave.stats().m2sReadCount, BigInt(CALLS + WARM_UP_CALLS));
      assert.ok(grown < 2 ** 20, `${grown} bytes`);
    } finally {
      slave.close();
      master.close();
    }
  });
});
