import assert from 'node:assert/strict';
import { FAULTS, type Incident } from './faults.js';
import { failuresOf, format, rowsOf } from './report.js';
import { type ChaosReport, noFindings } from './runner.js';

const INCIDENT: Incident = {
  kind: 'stall',
  pairing: 'c++ master, typescript slave',
  role: 'master',
  recoveryMs: 12,
  startMs: 0,
  boundMs: 300,
  lagMs: 0,
  detail: 'step 2, 700 ms, reader joined during',
  noticed: false,
};

const CALM: ChaosReport = { ...noFindings({ seed: 1, seconds: 2 }), incidents: [INCIDENT] };

describe('the report of the chaos runner', () => {
  it('has thirteen kinds of fault, a row for each and one for all', () => {
    assert.equal(FAULTS.length, 13);
    assert.deepEqual(
      rowsOf([INCIDENT]).map(({ fault }) => fault),
      [...FAULTS, 'all'],
    );
  });

  it('passes when nothing happened that must not', () => {
    assert.equal(failuresOf(CALM), 0);
    assert.match(format(CALM), /^0 torn, 0 hung, 0 deaf, 0 crashed, 0 left$/m);
    assert.match(format(CALM), /^1 passed, 0 failed$/m);
  });

  for (const what of ['torn', 'hung', 'deaf', 'crashed', 'left'] as const) {
    it(`fails for one that is ${what}, and says which`, () => {
      const report = { ...CALM, [what]: ['c++ master, typescript slave: slave'] };
      assert.equal(failuresOf(report), 1);
      assert.match(format(report), new RegExp(`\\b1 ${what}\\b`));
      assert.match(format(report), new RegExp(`^${what}: c\\+\\+ master, typescript slave: slave$`, 'm'));
      assert.match(format(report), /^1 passed, 1 failed$/m);
    });
  }

  it('fails for a stall without recovery, or with one that was late on a calm machine, and says where it was', () => {
    for (const recoveryMs of [undefined, 301]) {
      const report = { ...CALM, incidents: [{ ...INCIDENT, recoveryMs }] };
      assert.equal(failuresOf(report), 1);
      assert.match(
        format(report),
        /^not as promised: stall \(master\), step 2, 700 ms, reader joined during,/m,
      );
    }
    assert.equal(failuresOf({ ...CALM, incidents: [{ ...INCIDENT, recoveryMs: 301, lagMs: 5 }] }), 0);
  });
});
