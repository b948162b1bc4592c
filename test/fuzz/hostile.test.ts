import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { uniqueName } from '../peers/helpers.js';
import { size } from '../support/sizes.js';

const SEGMENTS = size({ short: 1000, long: 10_000 });

/** One of them that hangs hangs the process, in ms. */
const WATCHDOG_MS = size({ short: 280_000, long: 1_700_000 });

describe('hostile segments', () => {
  it(`${SEGMENTS} of them end in a value or a typed error, none in a crash, a hang or a byte from outside`, async () => {
    const seed = Number(process.env.ESHM_FUZZ_SEED ?? Date.now() % 2 ** 31);
    const script = fileURLToPath(new URL('./hostile.js', import.meta.url));
    const args = ['--enable-source-maps', script, String(SEGMENTS), String(seed), uniqueName('hostile')];
    const run = promisify(execFile)(process.execPath, args, { timeout: WATCHDOG_MS, killSignal: 'SIGKILL' });
    const { stdout } = await run.catch((error) => {
      throw new Error(
        `ESHM_FUZZ_SEED=${seed}: ended by ${error.signal ?? `code ${error.code}`}\n${error.stderr}`,
      );
    });
    const { segments, ends } = JSON.parse(stdout);
    assert.equal(segments, SEGMENTS);
    // It would prove nothing if no read got as far as the data.
    for (const end of ['tryRead message', 'peek message', 'readSync message', 'tryReadInto ESHM_CORRUPT']) {
      assert.ok(ends[end] > 0, `${end}: ${JSON.stringify(ends)}`);
    }
  });
});
