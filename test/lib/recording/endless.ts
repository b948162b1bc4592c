/** `endless.js FILE BYTES [KEEP]`: records messages of so many bytes until it is ended, or until the disk takes no more. */
import { setTimeout as sleep } from 'node:timers/promises';
import { recordFrom } from '../../../lib/recording/recorder.js';
import { FakeObservation, seen } from './fake.js';

const [file = '', bytes = '64', keep] = process.argv.slice(2);

class Endless extends FakeObservation {
  constructor() {
    super([]);
  }

  override async *[Symbol.asyncIterator]() {
    for (let count = 1; !this.isClosed; count++) {
      yield seen({ count, data: Buffer.alloc(Number(bytes), count) });
      if (count % 50 === 0) await sleep(1);
    }
  }
}

const split = keep === undefined ? {} : { splitSize: 2 ** 18, keep: Number(keep) };
const recorder = await recordFrom(() => new Endless(), ['robot'], { file, ...split });
process.once('SIGTERM', () => recorder.close().catch(() => {}));
console.log('recording');
try {
  await recorder.over();
  console.log(`over ${recorder.stats().messages}`);
} catch (error) {
  console.log(`failed ${recorder.stats().messages} ${(error as Error).message}`);
}
