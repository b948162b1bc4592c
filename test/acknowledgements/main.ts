/*
 * `node dist/test/acknowledgements/main.js --seconds 600 --trouble crowded`: what is acknowledged was read, with a reader
 * that loses its core at any of its steps. Says after each trial what came of it; exit code 1 where a message was
 * acknowledged that nobody had read.
 */
import { parseArgs } from 'node:util';
import { run, type Trouble, trialsOf } from './trial.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    trouble: { type: 'string', default: 'crowded' },
  },
});
let [acknowledged, deceived] = [0, 0];
for (const trial of trialsOf(values.trouble as Trouble, Number(values.seconds))) {
  const verdict = await run(trial);
  acknowledged += verdict.acknowledged;
  deceived += verdict.deceived.length;
  console.log(
    `${trial.trouble} ${trial.order} ${trial.method}: ${verdict.acknowledged} acknowledged, ${verdict.timedOut} timed out, ${verdict.deceived.length} of the acknowledged never read`,
  );
}
console.log(`${acknowledged} acknowledged, ${deceived} of them never read`);
process.exitCode = deceived === 0 ? 0 : 1;
