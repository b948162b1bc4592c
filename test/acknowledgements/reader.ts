/*
 * Reads as quickly as it can and remembers which numbers it has read. Argument: the channel's name. Says so in one line
 * when it meets the last message.
 */
import { Eshm } from '../../lib/index.js';
import { LAST } from './messages.js';
import { Numbers } from './numbers.js';

const slave = await Eshm.connect(process.argv[2]!, { role: 'slave', timeoutMs: 30_000 });
const read = new Numbers();
const target = Buffer.alloc(64);
for (let number = 0; number !== LAST; ) {
  if (slave.tryReadInto(target) < 0) continue;
  number = target.readUInt32LE();
  if (number !== 0 && number !== LAST) read.add(number);
}
slave.close();
console.log(`${read}`);
