/* Stops a process at random and lets it go on, until it is gone. Argument: its id. */
import { setTimeout as sleep } from 'node:timers/promises';

const pid = Number(process.argv[2]);
process.once('SIGTERM', () => {
  try {
    process.kill(pid, 'SIGCONT');
  } catch {}
  process.exit();
});
for (;;) {
  await sleep(Math.random() * 4);
  try {
    process.kill(pid, 'SIGSTOP');
    await sleep(Math.random() * 4);
    process.kill(pid, 'SIGCONT');
  } catch {
    break;
  }
}
