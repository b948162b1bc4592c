import assert from 'node:assert/strict';

/** What `act` throws; fails the test when it throws nothing. */
export function thrownBy<E extends Error = Error>(act: () => unknown): E {
  try {
    act();
  } catch (error) {
    return error as E;
  }
  throw new assert.AssertionError({ message: 'nothing was thrown' });
}
