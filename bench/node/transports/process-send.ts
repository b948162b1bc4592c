import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Asker } from './transport.js';

/** Nothing to do: the answering end is forked by {@link connect}. */
export async function listen(): Promise<void> {}

/** Forks the answering end and asks it over the channel that Node makes for a fork; structured clone, no JSON. */
export async function connect(): Promise<Asker> {
  const echo = new URL('./process-send-echo.js', import.meta.url);
  const child = fork(echo, { serialization: 'advanced' });
  await once(child, 'message');
  let done: () => void = () => {};
  child.on('message', () => done());
  return {
    trip: (message) =>
      new Promise((resolve) => {
        done = resolve;
        child.send(message);
      }),
    close: () => child.kill(),
  };
}
