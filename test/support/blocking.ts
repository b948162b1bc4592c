/**
 * Runs `act` and says for how long it asked to block this thread, in ms, pause by pause: every wait that blocks ends in
 * `Atomics.wait`. What was asked for, not what it took, so that it does not depend on the machine.
 */
export async function blockingWaitsOf(act: () => Promise<unknown> | unknown): Promise<number[]> {
  const { wait } = Atomics;
  const asked: number[] = [];
  Atomics.wait = ((words: Int32Array, at: number, value: number, ms?: number) => {
    asked.push(ms ?? Number.POSITIVE_INFINITY);
    return wait(words, at, value, ms);
  }) as typeof Atomics.wait;
  try {
    await act();
    return asked;
  } finally {
    Atomics.wait = wait;
  }
}
